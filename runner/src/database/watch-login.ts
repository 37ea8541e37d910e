import type { Socket } from 'node:net';
import type { Connection } from '../config/connection';
import { GateError } from '../errors/gate-error';

/** Authentication messages of PostgreSQL's protocol, by their code. */
const OK = 0;
const SASL_CONTINUE = 11;
const NOT_SUPPORTED: ReadonlySet<number> = new Set([7, 8, 9]);

/** PostgreSQL's default is 4096. The driver computes them at once, and nothing else goes on meanwhile. */
const MOST_ITERATIONS = 1_000_000;

/** Bytes; no message of a login is longer. */
const LONGEST = 8192;

/**
 * Looks at each message of the login before the driver does, and ends the connection with a GateError (78) where the server
 * asks for what the driver can't do, or for what would hold the process up.
 */
export function watchLogin(socket: Socket, connection: Connection): void {
  const emit = socket.emit;
  let seen: Buffer = Buffer.alloc(0);
  // A listener could not keep a message from the next one.
  socket.emit = (event: string | symbol, ...values: unknown[]) => {
    if (event === 'data' && socket.emit !== emit) {
      seen = Buffer.concat([seen, values[0] as Buffer]);
      const { rest, fault } = judge(seen, connection);
      if (fault) {
        socket.destroy(fault);
        return true;
      }
      if (rest) seen = rest;
      else socket.emit = emit;
    }
    return Reflect.apply(emit, socket, [event, ...values]);
  };
}

/** What is not judged yet, for the next packet; without it the login is over. */
function judge(seen: Buffer, connection: Connection): { rest?: Buffer; fault?: GateError } {
  let at = 0;
  while (seen.length >= at + 9) {
    const length = seen.readUInt32BE(at + 1);
    const code = seen.readUInt32BE(at + 5);
    if (seen[at] !== 0x52 || length < 8 || length > LONGEST || code === OK) return {};
    if (seen.length < at + 1 + length) break;
    const fault = faultOf(code, seen.toString('utf8', at + 9, at + 1 + length), connection);
    if (fault) return { fault };
    at += 1 + length;
  }
  return { rest: seen.subarray(at) };
}

function faultOf(code: number, text: string, { host, port }: Connection): GateError | undefined {
  if (NOT_SUPPORTED.has(code)) {
    return new GateError('CONFIG', `login: ${host}:${port} asks for GSSAPI or SSPI, which is not supported`, {
      remedy: 'allow scram-sha-256 for this host in pg_hba.conf',
    });
  }
  if (code !== SASL_CONTINUE) return undefined;
  const iterations = Number.parseInt(
    text
      .split(',')
      .findLast((part) => part[0] === 'i')
      ?.slice(2) ?? '',
    10,
  );
  if (!(iterations > MOST_ITERATIONS)) return undefined;
  return new GateError(
    'CONFIG',
    `login: ${host}:${port} asks for ${iterations} iterations of SCRAM, more than the ${MOST_ITERATIONS} that are accepted`,
    { remedy: 'lower scram_iterations and set the password again, or look at what answers there' },
  );
}
