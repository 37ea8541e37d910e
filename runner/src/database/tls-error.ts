import { GateError } from '../errors/gate-error';

const NOT_TRUSTED = ['is signed by a root that is not trusted', 'give that root as PGSSLROOTCERT'] as const;

/** What is wrong with the server's certificate, and the remedy, by the codes of OpenSSL and Node. */
const CERTIFICATE: Readonly<Record<string, readonly [what: string, remedy: string]>> = {
  CERT_HAS_EXPIRED: ['has expired', 'renew it on the server'],
  CERT_NOT_YET_VALID: [
    'is not valid yet',
    'correct the clock of the server or of this node, or the certificate',
  ],
  CERT_REVOKED: ['is revoked', 'give the server a new one'],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['is self-signed', 'give it as PGSSLROOTCERT'],
  SELF_SIGNED_CERT_IN_CHAIN: NOT_TRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: NOT_TRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: NOT_TRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: NOT_TRUSTED,
  CERT_UNTRUSTED: NOT_TRUSTED,
  CERT_SIGNATURE_FAILURE: [
    'is not signed by the root of its name',
    'give the root that signed it as PGSSLROOTCERT',
  ],
  INVALID_CA: ['is signed by a certificate that may not sign', 'give the server one of a real CA'],
  INVALID_PURPOSE: ['is not meant for servers', 'give the server one for server authentication'],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    'is for another host',
    'set PGHOST to a name in the certificate, or use verify-ca if that is meant',
  ],
};

/** A failed handshake as a fault of the configuration; undefined when TLS is not what failed. */
export function tlsError(code: string, where: string, cause: unknown): GateError | undefined {
  const certificate = CERTIFICATE[code];
  if (certificate) {
    const [what, remedy] = certificate;
    return new GateError('CONFIG', `TLS: the certificate of ${where} ${what} (${code})`, { remedy, cause });
  }
  if (code.startsWith('ERR_OSSL_PEM')) {
    return new GateError('CONFIG', `TLS: PGSSLROOTCERT is no PEM file with certificates (${code})`, {
      remedy: 'give the roots as PEM text, each from BEGIN CERTIFICATE to END CERTIFICATE',
      cause,
    });
  }
  if (!/^(?:ERR_SSL_|ERR_TLS_|ERR_OSSL_|EPROTO$)/.test(code)) return undefined;
  return new GateError('CONFIG', `TLS: the handshake with ${where} failed (${code})`, {
    remedy:
      'allow TLS 1.2 or newer at the server (ssl_min_protocol_version, ssl_ciphers) and at proxies between',
    cause,
  });
}
