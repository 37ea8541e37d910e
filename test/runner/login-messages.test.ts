import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { summaryOf } from '../../cli/src/cluster/follow/summary-of';
import { authentication, withLoginServer } from '../support/login-server';
import { migrationsFolder } from '../support/migrations-folder';
import { environment, expectExit, runRunner } from '../support/runner';

const FOLDER = migrationsFolder([{ tag: '0000_one', sql: 'create table one ();' }]);
const SASL = authentication(10, 'SCRAM-SHA-256\0\0');

const migrate = (port: number, env: Record<string, string> = {}) =>
  runRunner({
    args: ['migrate'],
    env: environment(`postgresql://me:secret-word@127.0.0.1:${port}/db`, FOLDER, env),
  });

test.concurrent('a malformed message of the login leaves as any other failure does', () =>
  withLoginServer(
    [(socket) => socket.write(SASL), (socket) => socket.write(authentication(11, 'zzz'))],
    async (port) => {
      const result = await migrate(port);
      expectExit(result, 'UNAVAILABLE');
      expect(result.end.message).toMatch(/^login: the server's answer cannot be understood/);
      expect(summaryOf(result.termination)).toMatchObject({ exitCode: 69, outcome: 'failed' });
      expect(result.stderr).toBe('');
      expect(result.milliseconds).toBeLessThan(5000);
    },
  ));

/** In packets of single bytes, with pauses. */
async function dribble(socket: Socket, message: Buffer): Promise<void> {
  socket.setNoDelay(true);
  for (const byte of message) {
    socket.write(Buffer.from([byte]));
    await sleep(1);
  }
}

const FAST = { CONNECT_TIMEOUT_SECONDS: '5' };

test.concurrent.each([7, 8, 9])('a server that asks for GSSAPI or SSPI (%i) is named', (code) =>
  withLoginServer([(socket) => socket.write(authentication(code))], async (port) => {
    const result = await migrate(port, FAST);
    expectExit(result, 'CONFIG');
    expect(result.end.message).toMatch(
      /^login: 127.0.0.1:\d+ asks for GSSAPI or SSPI, which is not supported/,
    );
    expect(result.stderr).toBe('');
  }),
);

test.concurrent('iterations of SCRAM without end are refused, however the message is cut', () =>
  withLoginServer(
    [
      (socket) => dribble(socket, SASL),
      (socket) => dribble(socket, authentication(11, 'r=nonce,s=c2FsdA==,i=20000000')),
    ],
    async (port) => {
      const result = await migrate(port, FAST);
      expectExit(result, 'CONFIG');
      expect(result.end.message).toMatch(/asks for 20000000 iterations of SCRAM/);
      expect(result.milliseconds).toBeLessThan(4000);
    },
  ));
