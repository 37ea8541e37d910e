import { redact } from '../../../runner/src/errors/redact';
import { findLiterals, keepSecretsOf } from '../../../runner/src/errors/sql-literals';
import { findPasswords } from '../../../runner/src/errors/sql-secrets';

const values = (sql: string) => findPasswords(sql).map(({ value }) => value);

test.each([
  ["alter role a with encrypted password 'one'", ['one']],
  ["alter role a password'one'", ['one']],
  ["alter role a password 'one'\n 'two'", ['one', 'two']],
  ["do $$ begin execute 'alter role a password ''one'''; end $$", ['one']],
  ["ALTER USER a PASSWORD/* now */'it''s'", ["it's"]],
  ["create role a password -- note\n E'a\\'b'", ["a\\'b"]],
  ['create role a password $$one$$', ['one']],
  ['create role a password $x$o$$ne$x$', ['o$$ne']],
  ["create user mapping for a server s options (user 'u', password 'one')", ['one']],
  ["select dblink_connect('host=h password=one user=u')", ['one']],
  ["select dblink_connect('host=h password=''one two'' user=u')", ['one two']],
  ["create subscription s connection 'dbname=d password=one' publication p", ['one']],
  ["update users set password = crypt('one', gen_salt('bf'))", ['one']],
  ["select f(user_password => 'one', secret := 'two')", ['one', 'two']],
  [`select '{"password": "x"}', "password" = 'one'`, ['one']],
  ["alter role a password 'not closed", ['not closed']],
])('%s', (sql, expected) => {
  expect(values(sql)).toEqual(expected);
});

test.each([
  'alter role a password null',
  'create table users (password text not null, password_hash text)',
  "create table users (password text default 'none')",
  "comment on column users.password is 'bcrypt'",
  "select 'no password here'",
  "select 'the-secret' || 'other'",
])('%s has none', (sql) => {
  expect(values(sql)).toEqual([]);
});

test('the place is that of the value alone', () => {
  const sql = "alter role a password 'one';";
  const [found] = findPasswords(sql);
  expect(sql.slice(found?.start, found?.end)).toBe('one');
});

test.each([
  ["do $$ begin execute format('create role r login password %L', 'hunter-A1'); end $$", ['hunter-A1']],
  ["do $$ begin execute 'create role r password ' || quote_literal('hunter-B1'); end $$", ['hunter-B1']],
  [
    "do $$ declare pw text := $x$hunter-C1$x$; begin execute format('alter role r password %L', pw); end $$",
    ['hunter-C1'],
  ],
  ["do $$ begin raise exception 'no password %', E'hunter-D1'; end $$", ['hunter-D1']],
  ["do $$ begin raise notice 'now with password hunter-E1'; end $$", ['hunter-E1']],
])('every literal of it is hidden and remembered: %s', (sql, secrets) => {
  keepSecretsOf(sql);
  for (const secret of secrets) {
    expect(redact(`NOTICE: now with password ${secret}`)).not.toContain(secret);
    const hidden = findLiterals(sql).map(({ start, end }) => sql.slice(start, end));
    expect(hidden.some((text) => text.includes(secret))).toBe(true);
  }
  expect(redact('create role r password')).toBe('create role r password');
});

test.each([
  "do $$ begin if exists (select from pg_roles where rolname = 'app_owner') then create role app_owner password null; end if; end $$",
  "create table users (password text, state text default 'app_owner')",
  "insert into users (name, password) values ('app_owner', 'x1')",
])('what is a name, or data, is not remembered: %s', (sql) => {
  keepSecretsOf(sql);
  expect(redact('app_owner')).toBe('app_owner');
});

test('megabytes of data are not searched', () => {
  const sql = `insert into t (password) values ${"('x'),".repeat(2_000_000)}('y')`;
  const started = process.cpuUsage();
  keepSecretsOf(sql);
  findLiterals(sql);
  expect(process.cpuUsage(started).user).toBeLessThan(1_000_000);
});
