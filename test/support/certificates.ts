import { randomBytes, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';

export interface Certificate {
  /** PEM texts. */
  readonly cert: string;
  readonly private: string;
  readonly parsed: x509.X509Certificate;
  readonly keys: webcrypto.CryptoKeyPair;
}

export interface CertificateOptions {
  /** Common name. */
  readonly name?: string;
  /** Host names and addresses that it is for; none at all when empty. */
  readonly hosts?: readonly string[];
  /** Who signs it; by default it does so itself. */
  readonly authority?: Certificate | undefined;
  readonly isAuthority?: boolean;
  /** Days from now; negative ones are over. */
  readonly from?: number;
  readonly to?: number;
  /** Of an RSA key; by default it is one of an elliptic curve, which is made at once. */
  readonly bits?: number;
  readonly hash?: 'SHA-256' | 'SHA-1';
  /** What it is for, where it says so. */
  readonly usage?: x509.ExtendedKeyUsage;
}

const DAY = 24 * 3_600_000;
const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

x509.cryptoProvider.set(webcrypto as never);

/** A certificate authority that the tests trust. */
export function makeAuthority(options: CertificateOptions = {}): Promise<Certificate> {
  return makeCertificate({ name: 'test-ca', isAuthority: true, ...options });
}

/** A certificate as wrong as a test wants it. */
export async function makeCertificate({
  name = 'test-server',
  hosts = [],
  authority,
  isAuthority = false,
  from = -730,
  to = 365,
  bits,
  hash = 'SHA-256',
  usage,
}: CertificateOptions): Promise<Certificate> {
  const algorithm = bits
    ? {
        ...{ name: 'RSASSA-PKCS1-v1_5', hash, modulusLength: bits },
        publicExponent: new Uint8Array([1, 0, 1]),
      }
    : { ...EC, hash };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const names = hosts.map((value) => ({ type: isIP(value) ? ('ip' as const) : ('dns' as const), value }));
  const parsed = await x509.X509CertificateGenerator.create({
    // A number that begins with a high bit is written in two ways, and a list of revoked ones takes the wrong one.
    serialNumber: `01${randomBytes(15).toString('hex')}`,
    subject: `CN=${name}`,
    issuer: authority?.parsed.subject ?? `CN=${name}`,
    notBefore: new Date(Date.now() + from * DAY),
    notAfter: new Date(Date.now() + to * DAY),
    publicKey: keys.publicKey as never,
    signingKey: (authority?.keys.privateKey ?? keys.privateKey) as never,
    signingAlgorithm: (authority ? { ...EC, hash } : algorithm) as never,
    extensions: [
      ...(isAuthority
        ? [
            new x509.BasicConstraintsExtension(true, undefined, true),
            new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign),
          ]
        : []),
      ...(names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : []),
      ...(usage ? [new x509.ExtendedKeyUsageExtension([usage])] : []),
    ],
  });
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return {
    cert: `${parsed.toString('pem')}\n`,
    private: `-----BEGIN PRIVATE KEY-----\n${key.match(/.{1,64}/g)?.join('\n')}\n-----END PRIVATE KEY-----\n`,
    parsed,
    keys: keys as webcrypto.CryptoKeyPair,
  };
}

/** PEM text of what an authority has revoked, as it told it some days ago. */
export async function makeRevocationList(
  authority: Certificate,
  revoked: readonly Certificate[],
  daysAgo = 1,
): Promise<string> {
  const list = await x509.X509CrlGenerator.create({
    issuer: authority.parsed.subject,
    thisUpdate: new Date(Date.now() - daysAgo * DAY),
    nextUpdate: new Date(Date.now() + DAY),
    entries: revoked.map(({ parsed: { serialNumber } }) => ({ serialNumber })),
    signingKey: authority.keys.privateKey as never,
    signingAlgorithm: EC,
  });
  return `${list.toString('pem').replaceAll(' CRL-', ' X509 CRL-')}\n`;
}
