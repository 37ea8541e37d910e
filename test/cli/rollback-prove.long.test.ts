import { join } from 'node:path';
import { migrationsFolder } from '../support/migrations-folder';
import { proveFolder, stepsOf } from './rollback-prove-support';
import { withFolder, writeFiles } from './support';

const LIMIT = 300_000;
const USERS = {
  tag: '0000_users',
  sql: 'CREATE TABLE users (id int PRIMARY KEY, name text, age int);\n',
  rollback: 'DROP TABLE users;\n',
};

test.concurrent(
  'each script is judged by what it leaves',
  async () => {
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
        rollback:
          '-- Its index goes with it.\nALTER TABLE users ADD name text; CREATE INDEX names ON users (name);',
      },
      {
        tag: '0003_fails',
        sql: 'CREATE TABLE posts (id int);',
        rollback: '-- one\nSELECT 1;\nDROP TABLE postz;\n',
      },
      {
        tag: '0004_drifts',
        sql: `CREATE TABLE likes (id int); DO $$ BEGIN IF to_regclass('drizzle.seen') IS NOT NULL THEN
        ALTER TABLE likes ADD again int; END IF; END $$;`,
        rollback: 'DROP TABLE likes; CREATE TABLE drizzle.seen (id int);',
      },
    ]);
    const { code, proof } = await proveFolder(folder);
    expect(code).toBe(90);
    expect(stepsOf(proof('0000_users'))).toBe('yes yes yes yes');
    expect(stepsOf(proof('0001_wrong'))).toBe('yes yes no no');
    const path = join(folder, 'rollback', '0001_wrong.sql');
    expect(proof('0001_wrong').problems[0]).toEqual({
      message: 'rollback/0001_wrong.sql does not restore what was before 0001_wrong: 1 difference',
      detail: '+ index public.names is there, but should not be',
      ...{ path, line: 1 },
    });
    expect(proof('0001_wrong').problems[1]?.message).toMatch(
      /after the rollback 0001_wrong can't be applied again: /,
    );
    expect(stepsOf(proof('0002_order'))).toBe('yes yes order yes');
    expect(proof('0002_order')).toMatchObject({
      state: 'proven',
      columnOrder: [
        {
          name: 'public.users',
          expected: ['id', 'name', 'age', 'email'],
          actual: ['id', 'age', 'email', 'name'],
        },
      ],
      warnings: [{ message: expect.stringContaining('columns in another order') }],
    });
    expect(stepsOf(proof('0003_fails'))).toBe('yes no not run not run');
    expect(proof('0003_fails').problems).toMatchObject([
      { message: expect.stringContaining('table "postz" does not exist'), line: 3 },
    ]);
    expect(stepsOf(proof('0004_drifts'))).toBe('yes yes no no');
    expect(proof('0004_drifts').problems.map(({ detail }) => detail)).toEqual([
      '+ table drizzle.seen is there, but should not be, with 1 part of it',
      expect.stringContaining('table column public.likes.again is there'),
    ]);
  },
  LIMIT,
);

test.concurrent(
  'what a script makes anew has its columns in their order, or fails',
  async () => {
    const { code, proof } = await proveFolder(
      migrationsFolder([
        { tag: '0000_made', sql: 'CREATE TABLE t (a int, b text); CREATE TABLE u (c int, d int);\n' },
        {
          tag: '0001_dropped',
          sql: 'DROP TABLE t;\n',
          rollback: 'CREATE TABLE t (b text, a int);\n',
        },
        // One that was only renamed is still the same, whose columns nothing can put in order.
        {
          tag: '0002_renamed',
          sql: 'CREATE TABLE t (a int, b text); ALTER TABLE u RENAME TO v; ALTER TABLE v DROP COLUMN c;\n',
          rollback: 'DROP TABLE t; ALTER TABLE v RENAME TO u; ALTER TABLE u ADD COLUMN c int;\n',
        },
      ]),
      { tags: ['1', '2'] },
    );
    expect(code).toBe(90);
    expect(stepsOf(proof('0001_dropped'))).toBe('yes yes no yes');
    expect(proof('0001_dropped').problems[0]?.detail).toBe(
      '~ table public.t: columns in another order: expected a, b; found b, a',
    );
    expect(stepsOf(proof('0002_renamed'))).toBe('yes yes order yes');
  },
  LIMIT,
);

test.concurrent(
  '--strict fails on the order of columns',
  async () => {
    const folder = migrationsFolder([
      USERS,
      {
        tag: '0001_order',
        sql: 'ALTER TABLE users DROP name;',
        rollback: 'ALTER TABLE users ADD name text;',
      },
    ]);
    const { code, proof } = await proveFolder(folder, { tags: ['1'], strict: true });
    expect(code).toBe(90);
    expect(proof('0001_order').problems[0]?.detail).toMatch(
      /^~ table public.users: columns in another order/,
    );
  },
  LIMIT,
);

test.concurrent(
  'scripts that are right one by one, and not in one go',
  async () => {
    const folder = migrationsFolder([
      {
        tag: '0000_kind',
        sql: `CREATE TYPE kind AS ENUM ('a');`,
        // Sees at the end of the transaction what the other script has left to do.
        rollback: `DROP TYPE kind; DO $$ BEGIN IF to_regclass('pg_temp.seen') IS NOT NULL THEN
        CREATE TABLE left_over (id int); END IF; END $$;`,
      },
      {
        tag: '0001_users',
        sql: 'CREATE TABLE users (id int);',
        rollback: 'DROP TABLE users; CREATE TEMP TABLE seen (id int);',
      },
    ]);
    const { code, report } = await proveFolder(folder, { range: true });
    expect(report.proofs.map(stepsOf)).toEqual(['yes yes yes yes', 'yes yes yes yes']);
    expect(code).toBe(90);
    expect(report.range).toMatchObject({
      ...{ from: '0001_users', to: '0000_kind', state: 'failed' },
      problems: [{ detail: '+ table public.left_over is there, but should not be, with 1 part of it' }],
    });
  },
  LIMIT,
);

test.concurrent(
  'a migration that cannot be applied is told, and so is what comes after it',
  async () => {
    const folder = migrationsFolder([
      { tag: '0000_broken', sql: '-- one\nCREATE TABLE t (id nonsense);', rollback: 'DROP TABLE t;' },
      { tag: '0001_next', sql: 'SELECT 1;', rollback: 'SELECT 1;' },
    ]);
    const { code, proof } = await proveFolder(folder);
    expect(code).toBe(90);
    expect(proof('0000_broken').problems).toMatchObject([
      {
        message: expect.stringContaining('type "nonsense" does not exist'),
        ...{
          remedy: expect.stringContaining('--setup FILE'),
          line: 2,
          path: join(folder, '0000_broken.sql'),
        },
      },
    ]);
    expect(proof('0001_next').problems).toMatchObject([
      { message: expect.stringMatching(/^0001_next can't be proven: 0000_broken can't be replayed/) },
    ]);
  },
  LIMIT,
);

test.concurrent(
  'the layout of drizzle-kit 1.x, on an embedded server, where roles outlive neither rollback nor failed proof',
  () =>
    withFolder(async (folder) => {
      const first = '20260101000000_role';
      const second = '20260102000000_users';
      const third = '20260103000000_more';
      writeFiles(folder, {
        [`${first}/migration.sql`]: 'CREATE ROLE proven_reader;',
        [`${first}/rollback.sql`]: 'SELECT 1;',
        // Whoever finds the role there does not grant.
        [`${second}/migration.sql`]: `CREATE TABLE users (id int); DO $$ BEGIN
          IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'proven_writer') THEN CREATE ROLE proven_writer;
          GRANT INSERT ON users TO proven_writer; END IF; END $$; GRANT SELECT ON users TO proven_reader;`,
        [`${second}/down.sql`]: 'DROP TABLE users;',
        [`${third}/migration.sql`]: 'CREATE ROLE proven_third; GRANT SELECT ON users TO proven_third;',
        [`${third}/down.sql`]: 'DROP TABLE nothing;',
      });
      const { proof } = await proveFolder(folder, { server: undefined });
      expect(stepsOf(proof(first))).toBe('yes yes yes yes');
      expect(proof(first).warnings).toMatchObject([
        { message: expect.stringMatching(/^role "proven_reader" belongs to the server/) },
      ]);
      expect(stepsOf(proof(second))).toBe('yes yes yes yes');
      expect(proof(second).warnings).toEqual([]);
      expect(stepsOf(proof(third))).toBe('yes no not run not run');
    }),
  LIMIT,
);
