import type { Connection } from '../../config/connection';
import type { Fault } from './fault';

const VERSIONS =
  /^ERR_SSL_(?:TLSV1_ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|NO_PROTOCOLS_AVAILABLE|VERSION_TOO_LOW)$/;
const REFUSED =
  /^ERR_SSL_(?:SSLV3|TLSV1)_ALERT_(?:UNKNOWN_CA|BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_(?:EXPIRED|REVOKED|UNKNOWN)|DECRYPT_ERROR|ACCESS_DENIED)$/;

/** Why two sides do not come to terms, by OpenSSL's codes; WHERE stands for the server. */
export function handshakeFault(code: string, { tls }: Connection): Fault {
  const ours = tls.minVersion === tls.maxVersion ? tls.minVersion : `${tls.minVersion} to ${tls.maxVersion}`;
  if (VERSIONS.test(code)) {
    return {
      what: `the handshake with WHERE failed: it has no version of TLS from ${ours}`,
      remedy:
        'allow TLS 1.2 or newer at the server (ssl_min_protocol_version, ssl_max_protocol_version), or look at PGSSLMINPROTOCOLVERSION and PGSSLMAXPROTOCOLVERSION',
    };
  }
  if (code === 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED') {
    return {
      what: 'WHERE wants a client certificate',
      remedy: tls.clientCertificate
        ? 'give one that a CA of the server signed as PGSSLCERT and PGSSLKEY'
        : 'give it as PGSSLCERT and PGSSLKEY',
    };
  }
  if (REFUSED.test(code)) {
    return {
      what: 'WHERE refuses the client certificate',
      remedy:
        'look at the dates of PGSSLCERT, and whether a CA that the server trusts (ssl_ca_file) signed it',
    };
  }
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG') {
    return { what: 'WHERE does not speak TLS', remedy: 'look what listens there, and what lies between' };
  }
  if (/NO_APPLICATION_PROTOCOL$/.test(code)) {
    return {
      what: "WHERE speaks TLS, but not PostgreSQL's protocol (ALPN)",
      remedy: 'set PGSSLNEGOTIATION=postgres, or look what listens there',
    };
  }
  const certificate = tls.clientCertificate
    ? ''
    : '; it may also want a client certificate (PGSSLCERT, PGSSLKEY)';
  return {
    what: 'the handshake with WHERE failed',
    remedy: `allow TLS 1.2 or newer and common ciphers at the server (ssl_min_protocol_version, ssl_ciphers) and at proxies between${certificate}`,
  };
}
