import type { Connection } from '../config/connection';
import { GateError } from '../errors/gate-error';
import { isServerError } from '../errors/server-error';
import { codeOf } from '../errors/to-gate-error';
import { loginError } from './login-error';
import { probeServer } from './probe-server';
import { tlsError } from './tls-error';

/**
 * Says at which stage a connection failed and what to do about it. Every message begins with the stage: DNS, TCP, TLS,
 * login, database, privilege, connections, or server where it starts or stops.
 */
export async function connectError(error: unknown, connection: Connection): Promise<GateError> {
  if (isServerError(error)) return loginError(error, connection);
  const { host, port, sslmode } = connection;
  const where = `${host}:${port}`;
  const code = codeOf(error) ?? '';
  const unavailable = (message: string, remedy: string) =>
    new GateError('UNAVAILABLE', message, { remedy, cause: error });
  const unanswered = () =>
    unavailable(
      `TCP: ${where} does not answer (${code})`,
      'look at firewalls and at the NetworkPolicy: its peers must contain the address of the database',
    );
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return unavailable(
        `DNS: the host name ${JSON.stringify(host)} does not resolve (${code})`,
        'correct the host, or let the network policy reach the DNS server',
      );
    case 'ECONNREFUSED':
      return unavailable(
        `TCP: ${where} refuses connections (${code})`,
        'start the database, or correct host and port',
      );
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EACCES':
    case 'EPERM':
      return unanswered();
  }
  const handshake = tlsError(code, where, error);
  if (handshake) return handshake;
  const answer = await probeServer(host, port);
  if (answer === 'unreachable' && code === 'CONNECT_TIMEOUT') return unanswered();
  if (answer === 'no tls' && sslmode !== 'disable' && sslmode !== 'prefer') {
    return new GateError('CONFIG', `TLS: ${where} does not offer TLS, but PGSSLMODE is ${sslmode}`, {
      remedy: 'turn TLS on at the server, or choose another PGSSLMODE',
      cause: error,
    });
  }
  if (answer === 'silent') {
    return unavailable(
      `server: ${where} takes the connection but says nothing`,
      'look whether the server hangs, and whether a PostgreSQL listens there',
    );
  }
  const message = error instanceof Error ? error.message : String(error);
  return unavailable(
    `server: no connection to ${where}: ${message}`,
    answer === 'other'
      ? 'look whether a PostgreSQL listens there, and what lies between'
      : 'look at the server and at what lies between',
  );
}
