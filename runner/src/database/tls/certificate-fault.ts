import { isIP } from 'node:net';
import type { DetailedPeerCertificate } from 'node:tls';
import type { Connection } from '../../config/connection';
import type { Fault } from './fault';
import { alternativeNames, commonName } from './names-host';
import { chainOf, dayOf, minuteOf, shownName } from './peer-chain';

interface Refused {
  readonly code: string;
  /** OpenSSL's words. */
  readonly message: string;
  readonly leaf: DetailedPeerCertificate;
  readonly connection: Connection;
}

const UNTRUSTED = new Set([
  ...['SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'UNABLE_TO_GET_ISSUER_CERT'],
  ...['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'CERT_UNTRUSTED', 'CERT_REJECTED'],
]);

/** Codes that need no look at the certificate. */
const FIXED: Readonly<Record<string, Fault>> = {
  CERT_REVOKED: { what: 'is revoked', remedy: 'give the server a new one' },
  UNABLE_TO_GET_CRL: {
    what: 'cannot be checked, because PGSSLCRL has no list of a CA in its chain',
    remedy: 'put the list of every CA of the chain into PGSSLCRL, or unset it',
  },
  CRL_HAS_EXPIRED: {
    what: 'cannot be checked, because the list in PGSSLCRL is out of date',
    remedy: 'give the new list of that CA',
  },
  CRL_NOT_YET_VALID: {
    what: 'cannot be checked, because the list in PGSSLCRL is not valid yet',
    remedy: 'correct the clock of this node, or give the list that is valid now',
  },
  CERT_SIGNATURE_FAILURE: {
    what: 'is not signed by the CA of its name',
    remedy: 'give the CA that signed it as PGSSLROOTCERT: one of the same name is there',
  },
  INVALID_CA: {
    what: 'is signed by a certificate that may not sign',
    remedy: 'give the server one of a real CA',
  },
  INVALID_PURPOSE: {
    what: 'is not meant for servers, or is signed by a certificate that may not sign',
    remedy: 'give the server one for server authentication, signed by a CA',
  },
  PATH_LENGTH_EXCEEDED: {
    what: 'has more CAs above it than they allow',
    remedy: 'let an issuer sign it that may (pathlen)',
  },
  CERT_CHAIN_TOO_LONG: { what: 'has too many CAs above it', remedy: 'let a CA nearer to the root sign it' },
};

/** What is wrong with the server's certificate or one above it, with the names and dates that it has itself. */
export function certificateFault(refused: Refused): Fault {
  const { code, message, leaf, connection } = refused;
  const fixed = FIXED[code];
  if (fixed) return fixed;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return otherHost(leaf, connection.host);
  if (code === 'CERT_HAS_EXPIRED') return expired(leaf, connection);
  if (code === 'CERT_NOT_YET_VALID') return notYetValid(leaf);
  if (code === 'DEPTH_ZERO_SELF_SIGNED_CERT') {
    return {
      what: `is self-signed and not among ${rootsOf(connection)}`,
      remedy: 'give it as PGSSLROOTCERT, or give the server one of a CA',
    };
  }
  if (UNTRUSTED.has(code)) return untrusted(leaf, connection);
  if (/too weak|too small/.test(message)) return weak(leaf, message);
  return { what: `is not accepted: ${message}`, remedy: 'give the server another one' };
}

const MANY_NAMES = 6;

function otherHost(leaf: DetailedPeerCertificate, host: string): Fault {
  const names = alternativeNames(leaf).filter(({ type }) => type === 'DNS' || type === 'IP Address');
  const values = names.map(({ value }) => value);
  const all = values.length > 0 ? values : [commonName(leaf) ?? ''].filter(Boolean);
  const more = all.length > MANY_NAMES ? ` and ${all.length - MANY_NAMES} more` : '';
  const shown =
    all
      .slice(0, MANY_NAMES)
      .map((name) => JSON.stringify(name))
      .join(', ') + more;
  const what = `is for another host: for ${shown || 'none at all'}`;
  if (isIP(host) > 0 && names.every(({ type }) => type === 'DNS')) {
    return {
      what,
      remedy:
        'set PGHOST to the name in the certificate instead of the address, or use verify-ca if that is meant',
    };
  }
  return { what, remedy: 'set PGHOST to a name in the certificate, or use verify-ca if that is meant' };
}

function expired(leaf: DetailedPeerCertificate, connection: Connection): Fault {
  const now = Date.now();
  const [first] = chainOf(leaf).filter(({ valid_to }) => Date.parse(valid_to) < now);
  if (!first || first === leaf) {
    return { what: `has expired on ${dayOf(leaf.valid_to)}`, remedy: 'renew it on the server' };
  }
  const ca = `the CA ${shownName(first.subject)} above it has expired on ${dayOf(first.valid_to)}`;
  const isRoot = first.issuerCertificate?.fingerprint256 === first.fingerprint256;
  return {
    what: `is still valid, but ${ca}`,
    remedy: isRoot
      ? `put the CA that follows it into ${connection.tls.rootsFrom ?? 'PGSSLROOTCERT'}`
      : 'renew the intermediate that the server sends with its certificate',
  };
}

function notYetValid(leaf: DetailedPeerCertificate): Fault {
  const now = Date.now();
  const [first = leaf] = chainOf(leaf).filter(({ valid_from }) => Date.parse(valid_from) > now);
  const whose =
    first === leaf ? '' : `can't be trusted yet, because the CA ${shownName(first.subject)} above it `;
  return {
    what: `${whose}is not valid before ${minuteOf(first.valid_from)}, and it is ${minuteOf(new Date())} here`,
    remedy: 'correct the clock of the CA or of this node, or the certificate',
  };
}

/** The last one that is known names an issuer that is not trusted: a root, or an intermediate that nobody sent. */
function untrusted(leaf: DetailedPeerCertificate, connection: Connection): Fault {
  const top = chainOf(leaf).at(-1) ?? leaf;
  const roots = rootsOf(connection);
  if (top !== leaf && shownName(top.subject) === shownName(top.issuer)) {
    return {
      what: `comes from the root ${shownName(top.subject)}, which is not among ${roots}`,
      remedy: 'give that root as PGSSLROOTCERT',
    };
  }
  const link = top === leaf ? 'is issued by' : `is issued below ${shownName(top.subject)}, and that by`;
  return {
    what: `${link} ${shownName(top.issuer)}, which is not among ${roots}`,
    remedy: `if ${shownName(top.issuer)} is a root, give it as PGSSLROOTCERT; if it is an intermediate, let the server send it after its certificate (ssl_cert_file)`,
  };
}

function weak(leaf: DetailedPeerCertificate, message: string): Fault {
  if (!/key/.test(message)) {
    return {
      what: 'or a CA above it is signed with an algorithm that is too weak (SHA-1 or MD5)',
      remedy: 'sign it anew with SHA-256',
    };
  }
  const chain = /^CA/.test(message) ? chainOf(leaf).slice(1) : [leaf];
  const { bits } = chain.find((each) => each.bits && each.bits < 2048) ?? leaf;
  const size = bits ? ` (${bits} bits)` : '';
  return {
    what: /^CA/.test(message)
      ? `has a CA above it whose key is too weak${size}`
      : `has a key that is too weak${size}`,
    remedy: 'make a new key: RSA with 2048 bits or more, or an elliptic curve',
  };
}

function rootsOf({ tls: { roots, rootsFrom } }: Connection): string {
  if (!roots) return 'the roots that Node ships';
  return `the ${roots.length === 1 ? 'one certificate' : `${roots.length} certificates`} of ${rootsFrom ?? 'PGSSLROOTCERT'}`;
}
