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
