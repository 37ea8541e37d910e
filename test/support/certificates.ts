import { generate } from 'selfsigned';

export interface Certificate {
  readonly cert: string;
  readonly private: string;
}

const YEAR = 365 * 24 * 3_600_000;

/** A certificate authority that the tests trust. */
export function makeAuthority(): Promise<Certificate> {
  return make('test-ca', [], { name: 'basicConstraints', cA: true, critical: true });
}

/** A server's certificate for these addresses, signed by an authority or by itself. */
export function makeCertificate(
  addresses: readonly string[],
  authority?: Certificate,
  { expired = false } = {},
): Promise<Certificate> {
  return make('test-server', addresses, undefined, authority, expired);
}

async function make(
  name: string,
  addresses: readonly string[],
  constraints?: { name: 'basicConstraints'; cA: boolean; critical: boolean },
  authority?: Certificate,
  expired = false,
): Promise<Certificate> {
  const altNames = addresses.map((ip) => ({ type: 7 as const, ip }));
  return generate([{ name: 'commonName', value: name }], {
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() - 2 * YEAR),
    notAfterDate: new Date(Date.now() + (expired ? -YEAR : YEAR)),
    extensions: [
      ...(constraints ? [constraints, { name: 'keyUsage' as const, keyCertSign: true }] : []),
      ...(altNames.length > 0 ? [{ name: 'subjectAltName' as const, altNames }] : []),
    ],
    ...(authority && { ca: { key: authority.private, cert: authority.cert } }),
  });
}
