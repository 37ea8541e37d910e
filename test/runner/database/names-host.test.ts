import { X509Certificate } from 'node:crypto';
import { alternativeNames, namesHost } from '../../../runner/src/database/tls/names-host';
import { makeCertificate } from '../../support/certificates';

async function peer(name: string, hosts: readonly string[] = []) {
  const { cert } = await makeCertificate({ name, hosts });
  return new X509Certificate(cert).toLegacyObject();
}

/** Each row as libpq's pq_verify_peer_name_matches_certificate decides it. */
test.each<[expected: boolean, host: string, name: string, hosts: string[]]>([
  [true, 'db.test', 'x', ['db.test']],
  [true, 'DB.test', 'x', ['db.TEST']],
  [false, 'db.test', 'x', ['other.test']],
  [true, 'db.test', 'db.test', []],
  [true, 'db.test', 'db.test', ['192.0.2.1']],
  [false, 'db.test', 'db.test', ['other.test']],
  [true, '192.0.2.1', 'x', ['192.0.2.1']],
  [true, '2001:db8::1', 'x', ['2001:db8::1']],
  [true, '2001:db8:0:0::1', 'x', ['2001:db8::1']],
  [false, '192.0.2.1', 'x', ['192.0.2.2']],
  [true, '192.0.2.1', '192.0.2.1', []],
  [true, '192.0.2.1', '192.0.2.1', ['db.test']],
  [false, '192.0.2.1', '192.0.2.1', ['192.0.2.2']],
  [true, 'a.b.test', 'x', ['*.b.test']],
  [false, 'a.a.b.test', 'x', ['*.b.test']],
  [false, 'b.test', 'x', ['*.b.test']],
  [true, 'b.c', 'x', ['*.c']],
  [false, 'foobar.test', 'x', ['foo*.test']],
  [false, 'a.b.test', 'x', ['a.*.test']],
  [false, 'a', 'x', ['*']],
  [true, 'a.b.test', '*.b.test', []],
  [false, 'db.test', 'x', ['db.test.']],
  [false, '', 'x', []],
])('%s: %s, common name %s, names %j', async (expected, host, name, hosts) => {
  expect(namesHost(await peer(name, hosts), host)).toBe(expected);
});

test('an address may stand as a name', async () => {
  const certificate = { ...(await peer('x')), subjectaltname: 'DNS:192.0.2.1' };
  expect(namesHost(certificate, '192.0.2.1')).toBe(true);
});

test('a name with special characters is one name, and nobody is taken in by it', () => {
  const certificate = { subjectaltname: 'DNS:"a.test, DNS:db.test", IP Address:192.0.2.1' } as never;
  expect(alternativeNames(certificate)).toEqual([
    { type: 'DNS', value: 'a.test, DNS:db.test' },
    { type: 'IP Address', value: '192.0.2.1' },
  ]);
});
