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
      expect(JSON.parse(result.termination)).toMatchObject({ exitCode: 69, outcome: 'failed' });
      expect(result.stderr).toBe('');
      expect(result.milliseconds).toBeLessThan(5000);
    },
  ));
