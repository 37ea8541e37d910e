import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings } from '../../../runner/src/config/settings';
import { makeAuthority, makeCertificate, makeRevocationList } from '../../support/certificates';

const folder = mkdtempSync(join(tmpdir(), 'drizzle-gate-tls-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileWith(name: string, text: string | Buffer): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

const [one, two] = await Promise.all([makeAuthority(), makeAuthority({ name: 'other-ca' })]);
const leaf = await makeCertificate({ hosts: ['db'], authority: one });
const encrypted = '-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----\n';
const roots = fileWith('ca.pem', `# the first\n${one.cert}\n# the second\n${two.cert}`);
const list = await makeRevocationList(one, [leaf]);
const lists = fileWith('crl.pem', list);
const cert = fileWith('tls.crt', leaf.cert);
const key = fileWith('tls.key', leaf.private);
const pem = one.cert.trim();

const BASE = { PGHOST: 'db', PGDATABASE: 'app', PGUSER: 'me', PGPASSWORD: 'secret-word' };
const FULL = { PGSSLMODE: 'verify-full', PGSSLROOTCERT: roots };
const tlsOf = (env: Record<string, string>) => readSettings({ ...BASE, ...env }).connection?.tls;
const problemsOf = (env: Record<string, string>) => readSettings({ ...BASE, ...env }).problems;
const bothRoots = { roots: [pem, two.cert.trim()], rootsFrom: 'PGSSLROOTCERT' };

describe('TLS is read as libpq would', () => {
  test.each<[string, Record<string, string>, object]>([
    ['nothing', {}, { mode: 'prefer', negotiation: 'postgres', sni: true }],
    ['disable', { PGSSLMODE: 'disable' }, { mode: 'disable' }],
    ['the versions by default', {}, { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3' }],
    ['require', { PGSSLMODE: 'require' }, { mode: 'require' }],
    ['verify-full', FULL, { mode: 'verify-full', ...bothRoots }],
    ['verify-ca', { ...FULL, PGSSLMODE: 'verify-ca' }, { mode: 'verify-ca', ...bothRoots }],
    ['require with roots verifies', { ...FULL, PGSSLMODE: 'require' }, { mode: 'verify-ca', ...bothRoots }],
    ["the system's roots mean verify-full", { PGSSLROOTCERT: 'system' }, { mode: 'verify-full' }],
    [
      "the system's roots with it",
      { PGSSLROOTCERT: 'system', PGSSLMODE: 'verify-full' },
      { mode: 'verify-full', rootsFrom: 'system' },
    ],
    [
      "the system's roots where OpenSSL would look",
      { PGSSLROOTCERT: 'system', SSL_CERT_FILE: roots },
      { mode: 'verify-full', roots: bothRoots.roots, rootsFrom: 'SSL_CERT_FILE' },
    ],
    [
      'SSL_CERT_FILE alone changes nothing',
      { PGSSLMODE: 'require', SSL_CERT_FILE: roots },
      { mode: 'require' },
    ],
    ['a certificate of ours', { PGSSLMODE: 'require', PGSSLCERT: cert, PGSSLKEY: key }, { mode: 'require' }],
    ['revocation lists', { ...FULL, PGSSLCRL: lists }, { mode: 'verify-full' }],
    ['direct', { PGSSLMODE: 'require', PGSSLNEGOTIATION: 'direct' }, { negotiation: 'direct' }],
    ['an oldest version', { PGSSLMINPROTOCOLVERSION: 'tlsv1.3' }, { minVersion: 'TLSv1.3' }],
    ['a newest version', { PGSSLMAXPROTOCOLVERSION: 'TLSv1.2' }, { maxVersion: 'TLSv1.2' }],
    ['no name for the server', { PGSSLSNI: '0' }, { sni: false }],
    [
      'all of it in a URL',
      {
        DATABASE_URL: `postgresql://db?sslmode=verify-full&sslrootcert=${roots}&sslnegotiation=direct&sslsni=0&sslcert=${cert}&sslkey=${key}&sslcrl=${lists}&ssl_min_protocol_version=TLSv1.3&ssl_max_protocol_version=TLSv1.3`,
      },
      { mode: 'verify-full', ...bothRoots, negotiation: 'direct', sni: false, minVersion: 'TLSv1.3' },
    ],
    [
      'what asks for what happens anyway',
      {
        ...{
          PGCHANNELBINDING: 'prefer',
          PGGSSENCMODE: 'disable',
          PGSSLCERTMODE: 'allow',
          PGGSSDELEGATION: '0',
        },
        ...{ PGMINPROTOCOLVERSION: '3.0', PGMAXPROTOCOLVERSION: 'latest', PGLOADBALANCEHOSTS: 'disable' },
        ...{ PGCLIENTENCODING: 'UTF8', PGSSLCOMPRESSION: '0', PGSYSCONFDIR: '/etc', PGAPPNAME: 'x' },
        DATABASE_URL: 'postgresql://db?channel_binding=disable&gssencmode=prefer&client_encoding=utf8',
      },
      { mode: 'prefer' },
    ],
  ])('%s', (_name, env, expected) => {
    expect(problemsOf(env)).toEqual([]);
    expect(tlsOf(env)).toMatchObject(expected);
  });

  test('our certificate and the lists arrive', () => {
    const tls = tlsOf({ ...FULL, PGSSLCERT: cert, PGSSLKEY: key, PGSSLCRL: lists });
    expect(tls?.clientCertificate).toEqual({ cert: leaf.cert.trim(), key: leaf.private });
    expect(tls?.revocationLists).toEqual([expect.stringMatching(/^-----BEGIN X509 CRL-----/)]);
  });

  test('require and stricter look where libpq looks by itself, prefer does not', () => {
    const home = mkdtempSync(join(folder, 'home-'));
    expect(tlsOf({ HOME: home, PGSSLMODE: 'require' })?.mode).toBe('require');
    mkdirSync(join(home, '.postgresql'));
    writeFileSync(join(home, '.postgresql', 'root.crt'), one.cert);
    expect(tlsOf({ HOME: home, PGSSLMODE: 'require' })).toMatchObject({ mode: 'verify-ca', roots: [pem] });
    expect(tlsOf({ HOME: home, PGSSLMODE: 'verify-full' })).toMatchObject({ roots: [pem] });
    expect(tlsOf({ HOME: home })).not.toHaveProperty('roots');
  });

  describe('beside the roots where libpq looks by itself', () => {
    const home = mkdtempSync(join(folder, 'home-'));
    const own = join(home, '.postgresql');
    const HOME = { HOME: home, PGSSLMODE: 'verify-full' };
    mkdirSync(own);
    writeFileSync(join(own, 'root.crt'), one.cert);
    writeFileSync(join(own, 'root.crl'), list);

    test('the lists are read', () => {
      expect(tlsOf(HOME)?.revocationLists).toEqual([list.trim()]);
      expect(tlsOf({ ...HOME, PGSSLROOTCERT: roots })?.revocationLists).toEqual([list.trim()]);
      expect(tlsOf({ ...HOME, PGSSLROOTCERT: 'system' })?.revocationLists).toBeUndefined();
      expect(tlsOf({ HOME: home })?.revocationLists).toBeUndefined();
    });

    test('the client certificate is read, and needs its key', () => {
      writeFileSync(join(own, 'postgresql.crt'), leaf.cert);
      expect(problemsOf(HOME)).toEqual([
        expect.stringMatching(/^PGSSLKEY: ".*\/\.postgresql\/postgresql.key" cannot be read \(ENOENT\)/),
      ]);
      writeFileSync(join(own, 'postgresql.key'), leaf.private);
      expect(tlsOf({ HOME: home })?.clientCertificate).toEqual({ cert: leaf.cert.trim(), key: leaf.private });
      expect(tlsOf({ HOME: home, PGSSLMODE: 'disable' })?.clientCertificate).toBeUndefined();
      writeFileSync(join(own, 'postgresql.key'), one.private);
      expect(problemsOf(HOME)).toEqual([
        expect.stringMatching(/^PGSSLKEY is not the key of .*postgresql.crt"/),
      ]);
      expect(problemsOf({ ...HOME, PGSSLCERT: cert, PGSSLKEY: key })).toEqual([]);
    });
  });
});

describe('what can not be honoured is refused', () => {
  const damaged = one.cert.replace(/[A-Za-z0-9+/]{40}/, '');
  test.each<[string, Record<string, string>, RegExp]>([
    [
      'allow',
      { PGSSLMODE: 'allow' },
      /^PGSSLMODE is "allow"; it protects from nothing, so give one of disable/,
    ],
    ['an unknown mode', { PGSSLMODE: 'on' }, /^PGSSLMODE is "on"; libpq does not know it/],
    ['verify-full without roots', { PGSSLMODE: 'verify-full' }, /verify-full needs PGSSLROOTCERT/],
    ['verify-ca without roots', { PGSSLMODE: 'verify-ca' }, /verify-ca needs PGSSLROOTCERT/],
    [
      'roots that prefer would not look at',
      { PGSSLROOTCERT: roots },
      /^PGSSLROOTCERT is given, but PGSSLMODE is not set and means prefer, .*; set PGSSLMODE=verify-full/,
    ],
    [
      'roots with prefer',
      { ...FULL, PGSSLMODE: 'prefer' },
      /^PGSSLROOTCERT is given, but PGSSLMODE is prefer, /,
    ],
    [
      'roots with disable',
      { ...FULL, PGSSLMODE: 'disable' },
      /^PGSSLROOTCERT is given, but PGSSLMODE is disable, so it has no effect; unset it/,
    ],
    [
      'a certificate with disable',
      { PGSSLMODE: 'disable', PGSSLCERT: cert, PGSSLKEY: key },
      /^PGSSLCERT and PGSSLKEY are given, but PGSSLMODE is disable, so they have no effect/,
    ],
    ['lists that nobody looks at', { PGSSLMODE: 'require', PGSSLCRL: lists }, /^PGSSLCRL is given, but/],
    [
      "the system's roots without a name",
      { PGSSLROOTCERT: 'system', PGSSLMODE: 'require' },
      /^PGSSLROOTCERT=system needs PGSSLMODE=verify-full, not "require"/,
    ],
    [
      "a folder of the system's roots",
      { PGSSLROOTCERT: 'system', SSL_CERT_DIR: '/x' },
      /^SSL_CERT_DIR is set/,
    ],
    [
      "a file of the system's roots that is none",
      { PGSSLROOTCERT: 'system', SSL_CERT_FILE: key },
      /^SSL_CERT_FILE: ".*" has a private key/,
    ],
    [
      'roots that are not there',
      { ...FULL, PGSSLROOTCERT: '/nowhere' },
      /^PGSSLROOTCERT: "\/nowhere" cannot be/,
    ],
    [
      'text',
      { ...FULL, PGSSLROOTCERT: fileWith('a', 'nothing') },
      /^PGSSLROOTCERT: ".*\/a" has no certificate;/,
    ],
    ['an empty file', { ...FULL, PGSSLROOTCERT: fileWith('b', '\n') }, /is empty; put the certificates/],
    ['a key', { ...FULL, PGSSLROOTCERT: key }, /has a private key and no certificate/],
    [
      'DER',
      { ...FULL, PGSSLROOTCERT: fileWith('c', Buffer.from(one.parsed.rawData)) },
      /is a certificate in DER; convert it \(openssl x509 -inform der/,
    ],
    [
      'a damaged certificate behind a sound one',
      { ...FULL, PGSSLROOTCERT: fileWith('d', `${two.cert}${damaged}`) },
      /certificate 2 of 2 is damaged/,
    ],
    [
      'a certificate that is cut off',
      { ...FULL, PGSSLROOTCERT: fileWith('e', `${two.cert}${one.cert.slice(0, -40)}`) },
      /one of the 2 certificates in it is cut off/,
    ],
    [
      'PEM text as the path',
      { ...FULL, PGSSLROOTCERT: one.cert },
      /^PGSSLROOTCERT holds PEM text itself; give the path/,
    ],
    [
      'PEM text in the file of the path',
      { PGSSLMODE: 'verify-full', PGSSLROOTCERT_FILE: roots },
      /^PGSSLROOTCERT_FILE names a file that holds a path, but ".*\/ca.pem" is the PEM file itself; set PGSSLROOTCERT to/,
    ],
    [
      'a key in the file of the path',
      { PGSSLCERT: cert, PGSSLKEY_FILE: key },
      /^PGSSLKEY_FILE names a file that holds a path, but ".*\/tls.key" is the PEM file itself; set PGSSLKEY to/,
    ],
    ['a certificate without its key', { PGSSLCERT: cert }, /^PGSSLCERT is given without PGSSLKEY/],
    ['a key without its certificate', { PGSSLKEY: key }, /^PGSSLKEY is given without PGSSLCERT/],
    [
      'a key of another certificate',
      { PGSSLCERT: cert, PGSSLKEY: fileWith('f', one.private) },
      /^PGSSLKEY is not the key of the certificate in PGSSLCERT/,
    ],
    [
      'an encrypted key',
      { PGSSLCERT: cert, PGSSLKEY: fileWith('g', encrypted) },
      /^PGSSLKEY: ".*" is an encrypted private key; decrypt it/,
    ],
    ['a certificate as the key', { PGSSLCERT: cert, PGSSLKEY: cert }, /^PGSSLKEY: ".*" has no private key/],
    [
      'a damaged key',
      { PGSSLCERT: cert, PGSSLKEY: fileWith('h', leaf.private.replace(/MIG/, 'XXX')) },
      /^PGSSLKEY: ".*" has a damaged private key/,
    ],
    ['no list', { ...FULL, PGSSLCRL: roots }, /^PGSSLCRL: ".*" has no revocation list/],
    [
      'a damaged list',
      { ...FULL, PGSSLCRL: fileWith('i', '-----BEGIN X509 CRL-----\nMIHA\n-----END X509 CRL-----\n') },
      /^PGSSLCRL: ".*" revocation list 1 of 1 is damaged/,
    ],
    [
      'a damaged list behind a sound one',
      { ...FULL, PGSSLCRL: fileWith('j', `${list}-----BEGIN X509 CRL-----\nMIHA\n-----END X509 CRL-----\n`) },
      /^PGSSLCRL: ".*" revocation list 2 of 2 is damaged/,
    ],
    [
      'a list that is cut off',
      { ...FULL, PGSSLCRL: fileWith('k', `${list}${list.slice(0, -40)}`) },
      /^PGSSLCRL: ".*" one of the 2 revocation lists in it is cut off/,
    ],
    [
      'direct without TLS',
      { PGSSLNEGOTIATION: 'direct' },
      /^PGSSLNEGOTIATION=direct needs TLS, but PGSSLMODE is not set and means prefer/,
    ],
    [
      'an unknown negotiation',
      { PGSSLNEGOTIATION: 'x' },
      /^PGSSLNEGOTIATION is "x"; give one of postgres, direct/,
    ],
    ['an old version', { PGSSLMINPROTOCOLVERSION: 'TLSv1.1' }, /^PGSSLMIN.* is "TLSv1.1"; it is too old/],
    [
      'an unknown version',
      { PGSSLMAXPROTOCOLVERSION: 'TLSv2' },
      /^PGSSLMAX.* is "TLSv2"; give one of TLSv1.2/,
    ],
    [
      'versions that cross',
      { PGSSLMINPROTOCOLVERSION: 'TLSv1.3', PGSSLMAXPROTOCOLVERSION: 'TLSv1.2' },
      /is above PGSSLMAXPROTOCOLVERSION/,
    ],
    ['another SNI', { PGSSLSNI: 'yes' }, /^PGSSLSNI is "yes"; give one of 0, 1/],
    [
      'channel binding',
      { PGCHANNELBINDING: 'require' },
      /^PGCHANNELBINDING is set but cannot be .*verify-full/,
    ],
    [
      'channel binding in a URL',
      { DATABASE_URL: 'postgresql://db?channel_binding=require' },
      /the parameter "channel_binding" cannot be honoured; remove it and set PGSSLMODE=verify-full/,
    ],
    ...[
      ...['PGHOSTADDR', 'PGSERVICE', 'PGSERVICEFILE', 'PGPASSFILE', 'PGOPTIONS', 'PGREQUIRESSL', 'PGTZ'],
      ...['PGREQUIREAUTH', 'PGREQUIREPEER', 'PGGSSENCMODE', 'PGGSSDELEGATION', 'PGGSSLIB', 'PGKRBSRVNAME'],
      ...['PGSSLCERTMODE', 'PGSSLCOMPRESSION', 'PGSSLCRLDIR', 'PGTARGETSESSIONATTRS', 'PGLOADBALANCEHOSTS'],
      ...['PGMINPROTOCOLVERSION', 'PGMAXPROTOCOLVERSION', 'PGCONNECT_TIMEOUT', 'PGCLIENTENCODING'],
      ...['PGDATESTYLE', 'PGGEQO'],
    ].map((name): [string, Record<string, string>, RegExp] => [
      name,
      { [name]: 'something' },
      new RegExp(`^${name} is set but cannot be honoured; unset it`),
    ]),
  ])('%s', (_name, env, expected) => {
    const problems = problemsOf(env);
    expect(problems).toEqual([expect.stringMatching(expected)]);
    expect(problems.join()).not.toMatch(/-----BEGIN|MII/);
  });
});
