import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings } from '../../../runner/src/config/settings';
import { redact } from '../../../runner/src/errors/redact';

const folder = mkdtempSync(join(tmpdir(), 'drizzle-gate-env-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileWith(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

const connectionOf = (env: Record<string, string>) => readSettings(env).connection;
const problemsOf = (env: Record<string, string>) => readSettings(env).problems;

const BASE = { PGHOST: 'db', PGDATABASE: 'app', PGUSER: 'me', PGPASSWORD: 'secret-word' };
const PLAIN = {
  ...{ host: 'db', port: 5432, database: 'app', user: 'me', password: 'secret-word' },
  ...{ sslmode: 'prefer', rootCertificates: undefined },
};
const url = (rest: string) => ({ DATABASE_URL: `postgresql://${rest}` });

describe('the connection is read as libpq would', () => {
  const pem = fileWith('ca.pem', 'PEM');
  test.each<[string, Record<string, string>, object]>([
    ['PG variables', BASE, {}],
    ['a URL', url('me:secret-word@db/app'), {}],
    ['a URL with postgres://', { DATABASE_URL: 'postgres://me:secret-word@db:5432/app' }, {}],
    ['a URL and PG variables that agree', { ...url('me:secret-word@db/app'), ...BASE }, {}],
    ['a URL that PG variables complete', { ...url('db:6432'), ...BASE, PGHOST: 'db' }, { port: 6432 }],
    [
      'a URL with parameters only',
      url('/?host=db&dbname=app&user=me&password=secret-word&port=7'),
      { port: 7 },
    ],
    ['encoded characters', url('me:p%40%2F%23%3F%25@db/a%20b'), { password: 'p@/#?%', database: 'a b' }],
    ['an @ that was not encoded', url('me:p@ss@db/app'), { password: 'p@ss' }],
    ['an IPv6 address', url('me:secret-word@[::1]:6000/app'), { host: '::1', port: 6000 }],
    ['a port', { ...BASE, PGPORT: '6000' }, { port: 6000 }],
    ['no password', { PGHOST: 'db', PGDATABASE: 'app', PGUSER: 'me' }, { password: undefined }],
    ['an empty password', { ...BASE, PGPASSWORD: '' }, { password: undefined }],
    [
      'a file with a line end',
      { PGHOST: 'db', PGDATABASE: 'app', PGUSER: 'me', PGPASSWORD_FILE: fileWith('pw', 'two words \n') },
      { password: 'two words ' },
    ],
    ['a URL in a file', { DATABASE_URL_FILE: fileWith('url', 'postgresql://me:secret-word@db/app\r\n') }, {}],
    ['sslmode in the URL', url('me:secret-word@db/app?sslmode=require'), { sslmode: 'require' }],
    ['sslmode disable', { ...BASE, PGSSLMODE: 'disable' }, { sslmode: 'disable' }],
    [
      'roots',
      { ...BASE, PGSSLMODE: 'verify-full', PGSSLROOTCERT: pem },
      { sslmode: 'verify-full', rootCertificates: 'PEM' },
    ],
    [
      "the system's roots",
      { ...BASE, PGSSLMODE: 'verify-full', PGSSLROOTCERT: 'system' },
      { sslmode: 'verify-full' },
    ],
    [
      'require with roots verifies, as in libpq',
      { ...BASE, PGSSLMODE: 'require', PGSSLROOTCERT: pem },
      { sslmode: 'verify-ca', rootCertificates: 'PEM' },
    ],
  ])('%s', (_name, env, expected) => {
    expect(problemsOf(env)).toEqual([]);
    expect(connectionOf(env)).toEqual({ ...PLAIN, ...expected });
  });
});

describe('what can not be honoured is refused', () => {
  test.each<[string, Record<string, string>, RegExp]>([
    ['nothing', {}, /no database is given; set DATABASE_URL, or PGHOST/],
    ['no host', { PGDATABASE: 'app', PGUSER: 'me' }, /^PGHOST is not given; set it/],
    ['no database and no user', { PGHOST: 'db' }, /^PGDATABASE and PGUSER are not given; set them/],
    ['an empty URL', { ...BASE, DATABASE_URL: '' }, /DATABASE_URL is set but empty/],
    ['an empty host', { ...BASE, PGHOST: '' }, /PGHOST is set but empty/],
    ['an empty sslmode', { ...BASE, PGSSLMODE: '' }, /PGSSLMODE is set but empty/],
    [
      'a variable and its file',
      { ...BASE, PGPASSWORD_FILE: '/x' },
      /PGPASSWORD and PGPASSWORD_FILE are both set/,
    ],
    [
      'a URL and its file',
      { ...url('db'), DATABASE_URL_FILE: '/x' },
      /DATABASE_URL and DATABASE_URL_FILE are both/,
    ],
    [
      'a file that is not there',
      { PGHOST: 'db', PGPASSWORD_FILE: '/nowhere' },
      /PGPASSWORD_FILE: "\/nowhere" cannot be read \(ENOENT\); mount/,
    ],
    [
      'another host in the URL',
      { ...BASE, ...url('me:secret-word@other/app') },
      /PGHOST is "db", but DATABASE_URL says "other"/,
    ],
    [
      'another password in the URL',
      { ...BASE, ...url('me:else-word@db/app') },
      /PGPASSWORD and DATABASE_URL disagree/,
    ],
    [
      'another port in the URL',
      { ...BASE, PGPORT: '1', ...url('db:2') },
      /PGPORT is "1", but DATABASE_URL says "2"/,
    ],
    [
      'another sslmode in the URL',
      { ...BASE, PGSSLMODE: 'require', ...url('db?sslmode=disable') },
      /PGSSLMODE is "require", but/,
    ],
    ['another scheme', { DATABASE_URL: 'mysql://me:secret-word@db/app' }, /does not start with postgresql:/],
    [
      'an unknown parameter',
      url('me@db/app?connect_timeout=5'),
      /the parameter "connect_timeout" cannot be honoured; remove it and set CONNECT_TIMEOUT_SECONDS$/,
    ],
    ['a parameter twice', url('me@db/app?user=you'), /gives user twice/],
    ['several hosts', url('me@a,b/app'), /names several hosts/],
    [
      'a port in the URL that is too large',
      url('me:pw@db:99999/app'),
      /has the port 99999; give .* 1 to 65535$/,
    ],
    [
      'a socket',
      { ...BASE, PGHOST: '/var/run' },
      /^PGHOST is "\/var\/run", a Unix-domain socket, which is not/,
    ],
    ['a socket in the URL', url('me@%2Fvar%2Frun/app'), /a Unix-domain socket/],
    ['a socket as a parameter', url('/app?host=/var/run&user=me'), /a Unix-domain socket/],
    ['an abstract socket', { ...BASE, PGHOST: '@pg' }, /a Unix-domain socket/],
    ['a port in words', { ...BASE, PGPORT: 'x' }, /PGPORT is "x"; give a whole number from 1 to 65535/],
    ['port 0', { ...BASE, PGPORT: '0' }, /PGPORT is "0"/],
    ['port 65536', { ...BASE, PGPORT: '65536' }, /PGPORT is "65536"/],
    ['sslmode allow', { ...BASE, PGSSLMODE: 'allow' }, /"allow"; the driver cannot do it/],
    ['an unknown sslmode', { ...BASE, PGSSLMODE: 'on' }, /"on"; libpq does not know it/],
    ['verify-full without roots', { ...BASE, PGSSLMODE: 'verify-full' }, /verify-full needs PGSSLROOTCERT/],
    ['verify-ca without roots', { ...BASE, PGSSLMODE: 'verify-ca' }, /verify-ca needs PGSSLROOTCERT/],
    [
      'roots that are not there',
      { ...BASE, PGSSLROOTCERT: '/nowhere' },
      /PGSSLROOTCERT: "\/nowhere" cannot be read/,
    ],
    [
      "the system's roots without a name",
      { ...BASE, PGSSLROOTCERT: 'system', PGSSLMODE: 'require' },
      /needs PGSSLMODE=verify-full/,
    ],
    ['PGSERVICE', { ...BASE, PGSERVICE: 's' }, /PGSERVICE is set but cannot be honoured; unset/],
    ['PGOPTIONS', { ...BASE, PGOPTIONS: '-c x=y' }, /PGOPTIONS is set but cannot/],
    ['PGHOSTADDR', { ...BASE, PGHOSTADDR: '1.2.3.4' }, /PGHOSTADDR is set but cannot/],
    [
      'a limit in words',
      { ...BASE, LOCK_WAIT_SECONDS: 'long' },
      /LOCK_WAIT_SECONDS is "long"; give a whole number from 0/,
    ],
    [
      'a limit out of range',
      { ...BASE, CONNECT_TIMEOUT_SECONDS: '0' },
      /CONNECT_TIMEOUT_SECONDS is "0"; .* from 1 to 300/,
    ],
    ['an unknown log format', { ...BASE, LOG_FORMAT: 'xml' }, /LOG_FORMAT is "xml"; give one of json, text/],
  ])('%s', (_name, env, expected) => {
    expect(problemsOf(env)).toContainEqual(expect.stringMatching(expected));
  });

  test.each<[string, Record<string, string>, string[]]>([
    [
      'of settings and variables',
      { PGSERVICE: 's', PGHOST: '', LOG_FORMAT: 'x', LOCK_RETRIES: '-1' },
      ['LOG_FORMAT', 'LOCK_RETRIES', 'PGSERVICE', 'PGHOST', 'PGDATABASE and PGUSER'],
    ],
    [
      'beside a database that is not given',
      { PGPORT: 'abc', PGSSLMODE: 'sometimes', LOCK_TIMEOUT_MS: '5s' },
      ['LOCK_TIMEOUT_MS', 'no database', 'PGSSLMODE', 'PGPORT'],
    ],
    ['beside a parameter', url('db?user=me&bogus=1'), ['DATABASE_URL: the parameter', 'PGDATABASE is not']],
    [
      'of a user that is badly encoded',
      url('%zz@db?port=x'),
      ['DATABASE_URL has a %', 'PGDATABASE is', 'PGPORT'],
    ],
    ['beside an unusable URL', { ...url('a/b/c'), PGPORT: 'x' }, ['DATABASE_URL has a reserved', 'PGPORT']],
    [
      'beside a file of a URL',
      { DATABASE_URL_FILE: '/nowhere', PGPORT: 'x' },
      ['DATABASE_URL_FILE', 'PGPORT'],
    ],
  ])('all problems %s are told at once, and no other', (_name, env, expected) => {
    expect(problemsOf(env)).toEqual(expected.map((start) => expect.stringMatching(RegExp(`^${start}`))));
  });
});

/** Passwords that nobody encoded: each cuts the URL at another place. */
test.each([
  'top/secret',
  '12/secret',
  'top#secret',
  '12#secret',
  'top?secret',
  '12?secret',
  '12?secret&word=x',
  '%zzsecret',
  'se cret',
  '12?a=secret',
  '[secret',
  '99999',
  '99999/secret',
  'p@ss:99999/secret',
])('the password %s, not encoded, is refused or taken as it is, and never shown', (password) => {
  const { problems, connection } = readSettings(url(`me:${password}@db/app`));
  if (problems.length === 0) expect(connection?.password).toBe(password);
  for (const part of ['secret', '99999']) expect(problems.join('\n')).not.toContain(part);
});

test.each<[string, Record<string, string>]>([
  ['host', { ...BASE, PGHOST: 'same-host', PGPASSWORD: 'same-host' }],
  ['database', { ...BASE, PGDATABASE: 'same-database', PGPASSWORD: 'same-database' }],
  ['user', url('same-user:same-user@db/app')],
])('a password that is also the name of the %s is not hidden as such', (_name, env) => {
  const { connection } = readSettings(env);
  expect(redact(`${connection?.password} and secret-word`)).toBe(`${connection?.password} and ***`);
});

test('another version of the contract is refused before anything else', () => {
  expect(() => readSettings({ CONTRACT_VERSION: '99', LOG_FORMAT: 'x' })).toThrow(
    expect.objectContaining({ exitCode: 84 }),
  );
});
