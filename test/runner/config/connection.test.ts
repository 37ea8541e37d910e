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
const TLS = {
  ...{ mode: 'prefer', negotiation: 'postgres', minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3', sni: true },
};
const PLAIN = {
  ...{ host: 'db', port: 5432, database: 'app', user: 'me', password: 'secret-word' },
  ...{ tls: TLS, login: { kind: 'password' } },
};
const url = (rest: string) => ({ DATABASE_URL: `postgresql://${rest}` });

describe('the connection is read as libpq would', () => {
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
    ['an empty password', { ...BASE, PGPASSWORD: '' }, { password: undefined, emptyPassword: 'PGPASSWORD' }],
    [
      'a file with a line end',
      { PGHOST: 'db', PGDATABASE: 'app', PGUSER: 'me', PGPASSWORD_FILE: fileWith('pw', 'two words \n') },
      { password: 'two words ' },
    ],
    ['a URL in a file', { DATABASE_URL_FILE: fileWith('url', 'postgresql://me:secret-word@db/app\r\n') }, {}],
    ['an application name', { ...url('me:secret-word@db/app?application_name=x'), PGAPPNAME: 'y' }, {}],
    ['another of those', url('me:secret-word@db/app?fallback_application_name=x'), {}],
    ['a plus in a parameter', url('db/app?user=me&password=a+b'), { password: 'a+b' }],
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
    [
      'an empty file',
      { PGHOST_FILE: fileWith('empty', '\n') },
      /^PGHOST_FILE \(".*\/empty"\) is set but empty/,
    ],
    ['a folder as a file', { PGHOST_FILE: '/tmp' }, /cannot be read \(EISDIR\); name a file/],
    ['a line break', { ...BASE, PGHOST: 'db\n' }, /^PGHOST is "db\\n", with a line break; .*printf/],
    [
      'two line breaks in a file',
      { PGHOST_FILE: fileWith('two', 'db\n\n') },
      /^PGHOST_FILE \(".*\/two"\) is "db\\n", with/,
    ],
    ['a line break in the URL', url('me:a\nb@db/app'), /^DATABASE_URL has a line break or a tab inside/],
    ['a tab in the URL', url('me:a\tb@db/app'), /^DATABASE_URL has a line break or a tab inside/],
    ['a carriage return in the URL', url('me:a\rb@db/app'), /^DATABASE_URL has a line break or a tab/],
    ...['constructor', 'toString', '__proto__', 'hasOwnProperty'].map(
      (name): [string, Record<string, string>, RegExp] => [
        `the parameter ${name}`,
        url(`me@db/app?${name}=x`),
        RegExp(`^DATABASE_URL: the parameter "${name}" cannot be honoured; remove it$`),
      ],
    ),
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
      /^PGPASSWORD_FILE: "\/nowhere" cannot be read \(ENOENT\); mount the file: look for the Secret/,
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
  'secret@other/else?x',
  'sec:ret/x',
  'a@b/secret@c/d',
  '@other:1/secret',
  '#secret@other/x',
  '?secret',
  '/secret',
  ':secret',
  '%2Fsecret',
  '50%secret',
  'secret&sslmode=disable',
  '?host=other&x=secret',
  '1?host=other&x=secret',
  'secret//x',
  'sec ret@other/x',
  '\\secret',
  'x@y?secret',
  'x@y:1?secret',
  'ab:cd@ef?sslmode=secret',
  'x@y?host=secret&port=99999',
  'x@y/z?secret',
  'x@y?a@secret',
])('the password %s, not encoded, is refused or taken as it is, and never shown', (password) => {
  const { problems, connection } = readSettings(url(`me:${password}@db/app`));
  // What is encoded by chance can't be told from what was.
  const meant = password.replace('%2F', '/');
  if (problems.length === 0) {
    expect(connection).toMatchObject({ host: 'db', database: 'app', user: 'me', password: meant });
  }
  for (const part of ['secret', '99999']) expect(problems.join('\n')).not.toContain(part);
});

test.each(['user:secr@et?hunter2@127.0.0.1:1/db', 'user:ab:cd@ef?sslmode=hunter2@127.0.0.1:1/db'])(
  '%s shows nothing of its password beside variables',
  (text) => {
    const { problems, connection } = readSettings({ ...url(text), PGHOST: 'db', PGSSLMODE: 'require' });
    expect(connection).toBeUndefined();
    expect(problems).toEqual([expect.stringMatching(/^DATABASE_URL has a reserved character/)]);
    expect(problems.join()).not.toMatch(/hunter2|secr@|ab:cd|"et"|"ef"/);
  },
);

const AES = 'ENC[AES256_GCM,data:secret=,iv:secret=,tag:secret=,type:str]';
const SEALED = `AgB${'secret0123456789'.repeat(44)}==`;

test.each<[string, Record<string, string>, RegExp]>([
  ['sops', { ...BASE, PGPASSWORD: AES }, /^PGPASSWORD was never decrypted: it is the text that sops writes/],
  ['sops in a URL', url(`me:${AES}@db/app`), /^DATABASE_URL was never decrypted/],
  [
    'sops in a file',
    { PGPASSWORD_FILE: fileWith('aes', `${AES}\n`) },
    /^PGPASSWORD_FILE \(.*\) was never decry/,
  ],
  ['Vault', url('<no value>:<no value>@db/app'), /^DATABASE_URL has "<no value>" in it, which a template/],
  [
    'a sealed value',
    { ...BASE, PGPASSWORD: SEALED },
    /^PGPASSWORD is a sealed value; give it as encryptedData/,
  ],
  [
    'base64',
    { DATABASE_URL: Buffer.from('postgresql://me:secret@db/app').toString('base64') },
    /^DATABASE_URL is base64 text of a URL: it was encoded twice/,
  ],
])('a value that some step before left as it is: %s', (_name, env, expected) => {
  const { PGPASSWORD: _, ...rest } = BASE;
  const { problems, problemsExit } = readSettings({ ...(env.DATABASE_URL ? {} : rest), ...env });
  expect(problems).toEqual([expect.stringMatching(expected)]);
  expect(problems.join()).not.toMatch(/secret|AgB|cG9z/);
  expect(problemsExit).toBe('CONFIG');
});

test('a password that only resembles one of those is taken', () => {
  const password = `Ag${'x'.repeat(40)}`;
  expect(connectionOf({ ...BASE, PGPASSWORD: password })?.password).toBe(password);
});

describe("a file that Vault's agent did not write", () => {
  const missing = {
    PGHOST: 'db',
    PGDATABASE: 'app',
    PGUSER: 'me',
    PGPASSWORD_FILE: '/vault/secrets/nothing',
  };

  test('can be there in the next pod', () => {
    const { problems, problemsExit } = readSettings(missing);
    expect(problems).toEqual([
      expect.stringMatching(/^PGPASSWORD_FILE: .*\(ENOENT\); Vault's agent did not write it: .*tries again/),
    ]);
    expect(problemsExit).toBe('UNAVAILABLE');
  });

  test('does not help where something else is wrong as well', () => {
    expect(readSettings({ ...missing, LOCK_RETRIES: 'x' }).problemsExit).toBe('CONFIG');
    expect(readSettings({ ...missing, ROLLBACK_FOLDER: '/no' }, 'rollback').problemsExit).toBe('CONFIG');
    expect(readSettings({ ...missing, PGPASSWORD_FILE: '/run/nothing' }).problemsExit).toBe('CONFIG');
  });
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
