import type { Connection } from '../config/connection';
import { GateError } from '../errors/gate-error';
import { isServerError } from '../errors/server-error';
import { loginError } from './login-error';
import { talksNoPostgres } from './network-error';
import { isTlsFailure, tlsError } from './tls/tls-error';

/**
 * Says at which stage a connection failed and what to do about it. Every message begins with the stage: DNS, TCP, TLS,
 * login, database, privilege, connections, or server where it starts or stops.
 */
export function connectError(error: unknown, connection: Connection): GateError {
  if (error instanceof GateError) return error;
  if (isServerError(error)) return loginError(error, connection);
  if (isTlsFailure(error)) return tlsError(error, connection, undefined);
  const { host, port, tls } = connection;
  const message = error instanceof Error ? error.message : String(error);
  return new GateError('UNAVAILABLE', `server: no connection to ${host}:${port}: ${message}`, {
    // With TLS 1.3 a reset can overtake the alert that would say so.
    remedy: tls.clientCertificate
      ? 'look at the log of the server: it may refuse the client certificate (PGSSLCERT)'
      : talksNoPostgres(host),
    cause: error,
  });
}
