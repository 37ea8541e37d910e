import type { Connection } from '../config/connection';
import { GateError } from '../errors/gate-error';
import { isServerError } from '../errors/server-error';
import { codeOf, toGateError } from '../errors/to-gate-error';
import { serverOffersTls } from './probe-tls';

const CERTIFICATE: Record<string, string> = {
  CERT_HAS_EXPIRED: 'has expired; renew it on the server',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'is self-signed; give it as PGSSLROOTCERT',
  SELF_SIGNED_CERT_IN_CHAIN: 'is signed by a root that is not trusted; give that root as PGSSLROOTCERT',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'is signed by a root that is not trusted; give that root as PGSSLROOTCERT',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'is signed by a root that is not trusted; give that root as PGSSLROOTCERT',
  ERR_TLS_CERT_ALTNAME_INVALID: 'is for another host; correct PGHOST, or use verify-ca if that is meant',
};

/** Says at which stage a connection failed (DNS, TCP, TLS, login, database) and what to do about it. */
export async function connectError(error: unknown, connection: Connection): Promise<GateError> {
  const { host, port, user, database, sslmode } = connection;
  const where = `${host}:${port}`;
  const code = codeOf(error) ?? '';
  const unavailable = (message: string, remedy: string) =>
    new GateError('UNAVAILABLE', message, { remedy, cause: error });
  if (isServerError(error)) {
    const known = toGateError(error);
    const subject =
      known.exit === 'ACCESS'
        ? `login as ${JSON.stringify(user)} refused`
        : `${JSON.stringify(database)} not usable`;
    return new GateError(known.exit, `${where}: ${subject}: ${known.message}`, {
      remedy: known.remedy,
      sqlstate: known.sqlstate,
      cause: error,
    });
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return unavailable(
      `the host name ${JSON.stringify(host)} does not resolve (${code})`,
      'correct the host, or let the network policy reach the DNS server',
    );
  }
  if (code === 'ECONNREFUSED') {
    return unavailable(
      `${where} refuses connections (${code})`,
      'start the database, or correct host and port',
    );
  }
  if (
    code === 'CONNECT_TIMEOUT' ||
    code === 'ETIMEDOUT' ||
    code === 'EHOSTUNREACH' ||
    code === 'ENETUNREACH'
  ) {
    return unavailable(
      `${where} does not answer (${code})`,
      'look at firewalls and at the NetworkPolicy: its peers must contain the address of the database',
    );
  }
  const certificate = CERTIFICATE[code];
  if (certificate) {
    return new GateError('CONFIG', `the certificate of ${where} ${certificate} (${code})`, { cause: error });
  }
  if (sslmode !== 'disable' && sslmode !== 'prefer' && !(await serverOffersTls(host, port))) {
    return new GateError('CONFIG', `${where} does not offer TLS, but PGSSLMODE is ${sslmode}`, {
      remedy: 'turn TLS on at the server, or choose another PGSSLMODE',
      cause: error,
    });
  }
  const message = error instanceof Error ? error.message : String(error);
  return unavailable(`no connection to ${where}: ${message}`, 'look at the server and at what lies between');
}
