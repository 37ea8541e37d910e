import { readSettings } from '../../../runner/src/config/settings';
import { redact } from '../../../runner/src/errors/redact';
import { readTokenFile } from '../../../runner/src/login/token-file';

const BASE = { PGHOST: 'db', PGDATABASE: 'app', PGUSER: 'me' };
const problemsOf = (env: Record<string, string>) => readSettings({ ...BASE, ...env }).problems;

const PEM = '-----BEGIN PRIVATE KEY-----\nMIGHcanary\n-----END PRIVATE KEY-----\n';
const IN_BASE64 = Buffer.from(PEM).toString('base64');
const DER = `MIIB${'canary'.repeat(20)}==`;
const TOKEN = `eyJhbGciOiJSUzI1NiJ9.${'canary'.repeat(20)}.x`;
const CERT = { PGSSLCERT: '/nowhere/tls.crt' };

test.each<[string, Record<string, string>, RegExp]>([
  ['a password', { PGPASSWORD_FILE: 'canary-password' }, /^PGPASSWORD_FILE does not begin as a path does/],
  ['a URL', { DATABASE_URL_FILE: 'postgresql://me:canary@db/app' }, /^DATABASE_URL_FILE holds a URL itself/],
  ['a token as the password', { PGPASSWORD_FILE: TOKEN }, /^PGPASSWORD_FILE holds a token itself/],
  ['a key', { ...CERT, PGSSLKEY: PEM }, /^PGSSLKEY holds PEM text itself; give the path/],
  [
    'a key in base64',
    { ...CERT, PGSSLKEY: IN_BASE64 },
    /^PGSSLKEY holds the base64 text of a PEM file itself/,
  ],
  ['a key in DER', { ...CERT, PGSSLKEY: DER }, /^PGSSLKEY holds the base64 text of a certificate or key/],
  ['what may be a key', { ...CERT, PGSSLKEY: 'canary.key' }, /^PGSSLKEY does not begin as a path does/],
  [
    'a key as a file',
    { ...CERT, PGSSLKEY_FILE: 'canary.key' },
    /^PGSSLKEY_FILE does not begin as a path does/,
  ],
  [
    'a key in a URL',
    { ...CERT, DATABASE_URL: `postgresql://db?sslkey=${encodeURIComponent(IN_BASE64)}` },
    /^PGSSLKEY holds the base64 text of a PEM file itself/,
  ],
  [
    'another key than in a URL',
    { ...CERT, PGSSLKEY: IN_BASE64, DATABASE_URL: 'postgresql://db?sslkey=/x' },
    /^PGSSLKEY holds the base64 text/,
  ],
])('%s where a path is meant is named and not shown', (_name, env, expected) => {
  const problems = problemsOf(env);
  expect(problems).toContainEqual(expect.stringMatching(expected));
  expect(problems.join()).not.toMatch(/canary|LS0t|MII|eyJ/);
});

test.each(['/nowhere/x', './nowhere', '../nowhere', '~/nowhere'])('the path %s is shown', (path) => {
  expect(problemsOf({ PGPASSWORD_FILE: path })).toEqual([
    expect.stringContaining(`PGPASSWORD_FILE: ${JSON.stringify(path)} cannot be read (ENOENT)`),
  ]);
});

test('a relative path of what is no secret is shown', () => {
  expect(problemsOf({ PGSSLMODE: 'verify-full', PGSSLROOTCERT: 'nowhere.pem' })).toEqual([
    'PGSSLROOTCERT: "nowhere.pem" cannot be read (ENOENT); mount the file',
  ]);
});

test.each([
  [TOKEN, /^login: AWS_WEB_IDENTITY_TOKEN_FILE holds a token itself; give the path/],
  ['canary-token', /^login: AWS_WEB_IDENTITY_TOKEN_FILE does not begin as a path does/],
  [
    '/nowhere/token',
    /^login: AWS_WEB_IDENTITY_TOKEN_FILE: "\/nowhere\/token" cannot be read \(ENOENT\); mount/,
  ],
])('the token of the pod as its own path: %s', (path, expected) => {
  expect(() => readTokenFile('AWS_WEB_IDENTITY_TOKEN_FILE', path)).toThrow(
    expect.objectContaining({ exitCode: 78, message: expect.stringMatching(expected) }),
  );
  expect(() => readTokenFile('AWS_WEB_IDENTITY_TOKEN_FILE', path)).not.toThrow(/canary/);
  if (!path.startsWith('/')) expect(redact(`it says ${path}`)).toBe('it says ***');
});
