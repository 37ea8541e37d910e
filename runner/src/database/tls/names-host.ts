import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { PeerCertificate } from 'node:tls';

/** One name of a certificate. */
export interface AlternativeName {
  readonly type: string;
  readonly value: string;
}

/**
 * Whether a certificate is for this host, by libpq's rules: a name of the same kind as the host hides the common name; an
 * address may also stand as a name; a wildcard is the whole leftmost label and stands for exactly one.
 */
export function namesHost(certificate: PeerCertificate, host: string): boolean {
  const names = alternativeNames(certificate);
  if (names.some(({ type, value }) => type === 'DNS' && matches(value, host))) return true;
  const isAddress = isIP(host) > 0;
  if (isAddress && new X509Certificate(certificate.raw).checkIP(host) !== undefined) return true;
  const sameKind = isAddress ? 'IP Address' : 'DNS';
  if (names.some(({ type }) => type === sameKind)) return false;
  return matches(commonName(certificate) ?? '', host);
}

/** What Node writes as `DNS:a, IP Address:1.2.3.4`; a value with special characters stands there as a JSON string. */
export function alternativeNames({ subjectaltname = '' }: PeerCertificate): AlternativeName[] {
  const entries = subjectaltname.matchAll(/(?:^|, )([^:,"]+):("(?:[^"\\]|\\.)*"|[^,]*)/g);
  return [...entries].map(([, type = '', value = '']) => ({
    type,
    value: value.startsWith('"') ? String(JSON.parse(value)) : value,
  }));
}

/** The first one, as in libpq. */
export function commonName({ subject }: PeerCertificate): string | undefined {
  return [subject?.CN].flat()[0];
}

function matches(pattern: string, host: string): boolean {
  const [name, wanted] = [pattern.toLowerCase(), host.toLowerCase()];
  if (name === wanted) return name !== '';
  if (!name.startsWith('*.') || name.length < 3) return false;
  const dot = wanted.indexOf('.');
  return dot > 0 && wanted.slice(dot) === name.slice(1);
}
