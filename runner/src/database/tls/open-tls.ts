import { isIP, type Socket } from 'node:net';
import { connect, type DetailedPeerCertificate, type PeerCertificate, type TLSSocket } from 'node:tls';
import type { Connection } from '../../config/connection';
import { GateError } from '../../errors/gate-error';
import type { Attempt } from '../attempt';
import { talksNoPostgres } from '../network-error';
import { SENT_AHEAD } from '../sent-ahead';
import { namesHost } from './names-host';
import { handshakeClosed, tlsError } from './tls-error';

/** PostgreSQL's SSLRequest packet: its length, and the code 80877103. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/** In direct negotiation both sides must say that they speak it. */
const ALPN = 'postgresql';

/**
 * Encrypts a connection as PGSSLMODE demands it. Plaintext comes back only where the mode allows it and the server has no
 * TLS; a handshake that fails is never a reason to go on without, which is stricter than libpq's `prefer`.
 *
 * @throws GateError: 78 when both can't agree, 69 when the other side hangs up or is no PostgreSQL.
 */
export async function openTls(
  socket: Socket,
  connection: Connection,
  attempt: Attempt,
): Promise<Socket | TLSSocket> {
  const { tls } = connection;
  attempt.tls = undefined;
  if (tls.mode === 'disable') return socket;
  if (tls.negotiation === 'postgres') {
    attempt.stage = 'question';
    if (!(await offersTls(socket, connection))) return socket;
  }
  attempt.stage = 'tls';
  const encrypted = await shakeHands(socket, connection);
  if (tls.negotiation === 'direct' && encrypted.alpnProtocol !== ALPN) {
    encrypted.destroy();
    throw new GateError(
      'CONFIG',
      `TLS: ${whereOf(connection)} speaks TLS, but did not agree to PostgreSQL's protocol (ALPN)`,
      { remedy: 'set PGSSLNEGOTIATION=postgres, or look what listens there' },
    );
  }
  attempt.tls = encrypted.getProtocol() ?? 'TLS';
  return encrypted;
}

/** Asks the server; false only where its answer is no and the mode accepts that. */
async function offersTls(socket: Socket, connection: Connection): Promise<boolean> {
  const where = whereOf(connection);
  const answer = await ask(socket, connection);
  const [letter] = answer.toString('latin1');
  if (letter === 'N' && answer.length === 1) {
    if (connection.tls.mode === 'prefer') return false;
    throw new GateError(
      'CONFIG',
      `TLS: ${where} does not offer TLS, but PGSSLMODE is ${connection.tls.mode}`,
      {
        remedy: 'turn TLS on at the server, or choose another PGSSLMODE',
      },
    );
  }
  if (letter !== 'S') {
    throw new GateError('UNAVAILABLE', `server: ${where} answers as no PostgreSQL does`, {
      remedy: talksNoPostgres(connection.host),
    });
  }
  // What comes before the encryption can be from anybody.
  if (answer.length > 1) {
    throw new GateError('CONFIG', `TLS: ${where} sent unencrypted data after it agreed to TLS`, {
      remedy: 'look at what lies between: it may be an attack',
    });
  }
  return true;
}

function ask(socket: Socket, connection: Connection): Promise<Buffer> {
  socket.write(SSL_REQUEST);
  return new Promise((resolve, reject) => {
    const hangUp = () =>
      reject(
        new GateError(
          'UNAVAILABLE',
          `server: ${whereOf(connection)} closes the connection when it is asked for TLS`,
          { remedy: talksNoPostgres(connection.host) },
        ),
      );
    socket.once('data', resolve);
    socket.once('error', hangUp);
    socket.once('close', hangUp);
  });
}

function shakeHands(socket: Socket, connection: Connection): Promise<TLSSocket> {
  const { host, tls } = connection;
  return new Promise((resolve, reject) => {
    let leaf: DetailedPeerCertificate | undefined;
    const encrypted = connect({
      ...{ socket, highWaterMark: SENT_AHEAD },
      ...(isIP(host) === 0 && tls.sni && { servername: host }),
      ...(tls.roots && { ca: [...tls.roots] }),
      ...(tls.revocationLists && { crl: [...tls.revocationLists] }),
      ...tls.clientCertificate,
      ...(tls.negotiation === 'direct' && { ALPNProtocols: [ALPN] }),
      minVersion: tls.minVersion,
      maxVersion: tls.maxVersion,
      rejectUnauthorized: tls.mode.startsWith('verify'),
      // verify-ca trusts the issuer, whatever name the certificate carries.
      checkServerIdentity: (_name: string, certificate: PeerCertificate) =>
        tls.mode !== 'verify-full' || namesHost(certificate, host) ? undefined : otherName(),
    });
    // A certificate that is refused is gone when the error comes; this is before Node looks at it.
    encrypted.prependListener('secure', () => {
      leaf = encrypted.getPeerCertificate(true);
    });
    encrypted.once('secureConnect', () => resolve(encrypted));
    encrypted.on('error', (error) => reject(tlsError(error, connection, leaf)));
    encrypted.once('close', () => reject(handshakeClosed(connection)));
  });
}

function otherName(): Error {
  return Object.assign(new Error('the certificate is for another host'), {
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  });
}

function whereOf({ host, port }: Connection): string {
  return `${host}:${port}`;
}
