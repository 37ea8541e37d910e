import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { serverUrl } from '../support/database';
import { migrationsFolder } from '../support/migrations-folder';
import { proveFolder, stepsOf } from './rollback-prove-support';
import { drizzleGate, withFolder } from './support';

const USERS = {
  tag: '0000_users',
  sql: 'CREATE TABLE users (id int PRIMARY KEY, name text, age int);\n',
  rollback: 'DROP TABLE users;\n',
};

test.concurrent('each script is judged by what it leaves, and the range by what all leave together', async () => {
  const folder = migrationsFolder([
    USERS,
    {
      tag: '0001_wrong',
      sql: 'ALTER TABLE users ADD email text; CREATE INDEX names ON users (name);',
      rollback: 'ALTER TABLE users DROP email;',
    },
    {
      tag: '0002_order',
      sql: 'ALTER TABLE users DROP name;',
      rollback: '-- Its index goes with it.\nALTER TABLE users ADD name text; CREATE INDEX names ON users (name);',
    },
    {
      tag: '0003_fails',
      sql: 'CREATE TABLE posts (id int);',
      rollback: '-- one\nSELECT 1;\nDROP TABLE postz;\n',
    },
    {
      tag: '0004_not_again',
      sql: 'CREATE TABLE IF NOT EXISTS likes (id int);',
      rollback: 'DROP TABLE likes; CREATE VIEW posts_view AS SELECT 1 AS one; DROP VIEW posts_view; ',
    },
  ]);
  const { code, proof, report } = await proveFolder(folder, { range: true });
  expect(code).toBe(90);
  expect(stepsOf(proof('0000_users'))).toBe('yes yes yes yes');
  expect(stepsOf(proof('0001_wrong'))).toBe('yes yes no no');
  expect(proof('0001_wrong').problems).toEqual([
    {
      ...{ message: expect.stringContaining('0001_wrong.sql does not restore'), line: 1 },
      ...{ path: join(folder, 'rollback', '0001_wrong.sql') },
      detail: '+ index public.names is there, but should not be',
    },
  ]);
});
