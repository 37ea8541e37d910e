import type { DetailedPeerCertificate } from 'node:tls';
import type { Connection } from '../../config/connection';
import { GateError } from '../../errors/gate-error';
import { codeOf } from '../../errors/to-gate-error';
import { certificateFault } from './certificate-fault';
import { handshakeFault } from './handshake-fault';

const LOST = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH']);

/** A handshake that failed: a fault of the configuration of one of both sides, but for a connection that was lost. */
export function tlsError(
  error: Error,
  connection: Connection,
  leaf: DetailedPeerCertificate | undefined,
): GateError {
  const code = codeOf(error) ?? '';
  if (LOST.has(code)) return handshakeClosed(connection, error);
  const where = `${connection.host}:${connection.port}`;
  const isProtocol = /^(?:ERR_SSL_|ERR_OSSL_|EPROTO$)/.test(code);
  const { what, remedy } =
    leaf && !isProtocol
      ? certificateFault({ code, message: error.message, leaf, connection })
      : handshakeFault(code, connection);
  return new GateError(
    'CONFIG',
    leaf && !isProtocol
      ? `TLS: the certificate of ${where} ${what} (${code})`
      : `TLS: ${what.replace('WHERE', where)} (${code || error.message})`,
    { remedy, cause: error },
  );
}

/** Whether an error of an open connection is one of TLS: with TLS 1.3 the server judges after we are done. */
export function isTlsFailure(error: unknown): error is Error {
  return error instanceof Error && /^(?:ERR_SSL_|ERR_TLS_|ERR_OSSL_|EPROTO$)/.test(codeOf(error) ?? '');
}

export function handshakeClosed({ host, port, tls }: Connection, cause?: unknown): GateError {
  return new GateError('UNAVAILABLE', `TLS: ${host}:${port} closes the connection during the handshake`, {
    remedy:
      tls.negotiation === 'direct'
        ? 'PGSSLNEGOTIATION=direct needs PostgreSQL 17 or newer and nothing between that asks for TLS first; set it to postgres, or look at the log of the server'
        : 'look at the log of the server and at proxies between',
    cause,
  });
}
