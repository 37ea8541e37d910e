import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { lint } from '../../cli/src/lint/lint';
import { runSquawk } from '../../cli/src/lint/squawk/run-squawk';
import { journalFiles, writeFiles } from '../support/write-migrations';
import { lintFiles, lintSql, rulesIn, UNASKED } from './lint-support';
import { withFolder } from './support';

const squawk = { squawk: true };

test('what the runner sees to is not told, and what a table in use suffers is, at its place', async () => {
  const { findings } = await lintSql(
    'ALTER TABLE "ü" ADD COLUMN "é" text, ADD COLUMN "b" text NOT NULL;--> statement-breakpoint\nCREATE INDEX i ON users (a);\nDROP INDEX j;',
    squawk,
  );
  expect(findings).toEqual([
    expect.objectContaining({ rule: 'adding-required-field', line: 1, column: 38, severity: 'warning' }),
    expect.objectContaining({ rule: 'require-concurrent-index-creation', line: 2, column: 1 }),
  ]);
  expect(findings[1]?.remedy).toMatch(/CONCURRENTLY .*migration of its own/);
});

const MAKE = {
  tag: '0000_make',
  rollback: 'select 1;',
  sql: 'CREATE TABLE IF NOT EXISTS "public"."t" (a varchar(10));',
};
const INDEX = {
  tag: '0001_index',
  rollback: 'select 1;',
  sql: 'ALTER TABLE "t" RENAME TO u;\nCREATE INDEX i ON u (a);',
};

test('a table that the same deployment makes is no risk, one of a migration before is', async () => {
  expect(rulesIn(await lintFiles([MAKE, INDEX], { ...squawk, tags: ['0', '1'] }))).toEqual([]);
  expect(rulesIn(await lintFiles([MAKE, INDEX], squawk))).toEqual([
    'renaming-table:1',
    'require-concurrent-index-creation:2',
  ]);
});

test('one finding for a constraint, and none for a column that has a default, or whose table is empty', async () => {
  const result = await lintSql(
    [
      'ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES r(a);',
      'ALTER TABLE t ADD CONSTRAINT u UNIQUE (a);',
      'ALTER TABLE e ADD COLUMN "serial" text NOT NULL;',
      'TRUNCATE e; -- squawk-ignore rows-deleted',
      'ALTER TABLE e ADD COLUMN c text NOT NULL;',
    ].join('\n'),
    squawk,
  );
  expect(rulesIn(result)).toEqual([
    'adding-foreign-key-constraint:1',
    'disallowed-unique-constraint:2',
    'adding-required-field:3',
  ]);
  const serial = await lintSql('ALTER TABLE t ADD COLUMN p bigserial NOT NULL;', squawk);
  expect(rulesIn(serial)).toEqual(['table-rewrite:1']);
});

test('a type that only grows, by the snapshot of the migration before, is no rewrite', async () => {
  const tables = {
    'public.t': {
      name: 't',
      schema: '',
      columns: { a: { name: 'a', type: 'varchar(10)' }, b: { name: 'b', type: 'integer' } },
    },
  };
  const change = (to: string) => ({
    tag: '0001_change',
    rollback: 'select 1;',
    sql: `ALTER TABLE t ALTER COLUMN ${to};`,
  });
  const rules = async (to: string) =>
    rulesIn(
      await lintFiles([{ ...MAKE, sql: 'select 1;' }, change(to)], squawk, {
        'meta/0000_snapshot.json': JSON.stringify({ id: 'a', prevId: 'z', tables }),
        'meta/0001_snapshot.json': JSON.stringify({ id: 'b', prevId: 'a', tables }),
      }),
    );
  expect(await rules('a TYPE varchar(20)')).toEqual([]);
  expect(await rules('a SET DATA TYPE text')).toEqual([]);
  expect(await rules('a TYPE varchar(5)')).toEqual(['changing-column-type:1']);
  expect(await rules('b TYPE bigint')).toEqual(['changing-column-type:1']);
  expect(await rules('c TYPE text')).toEqual(['changing-column-type:1']);
});

test("squawk's comments hold, for the runner's rules too; a name that nobody knows is told", async () => {
  const sql = [
    '-- squawk-ignore rows-deleted -- they are copies',
    'DELETE FROM t;',
    '-- squawk-ignore ban-drop-column',
    'ALTER TABLE t DROP COLUMN a;',
    '-- squawk-ignore no-such-rule',
    'ALTER TABLE t DROP COLUMN b;',
  ].join('\n');
  expect(rulesIn(await lintSql(sql, squawk))).toEqual(['unused-ignore:5', 'ban-drop-column:6']);
  const file =
    '-- squawk-ignore-file ban-drop-column, rows-deleted\nDELETE FROM t;\nALTER TABLE t DROP COLUMN a;';
  expect(rulesIn(await lintSql(file, squawk))).toEqual([]);
});

test('taste is told where it is asked for, or where the project has settings of squawk', async () => {
  const sql = 'CREATE TABLE t (a serial, b varchar(5));';
  expect(rulesIn(await lintSql(sql, squawk))).toEqual([]);
  expect(rulesIn(await lintSql(sql, { ...squawk, include: ['prefer-identity'] }))).toEqual([
    'prefer-identity:1',
  ]);
  await withFolder(async (root) => {
    const migrations = [{ tag: '0000_it', sql, rollback: 'select 1;' }];
    writeFiles(join(root, 'db'), journalFiles(migrations));
    writeFiles(root, { '.squawk.toml': 'excluded_rules = ["prefer-identity", "prefer-bigint-over-int"]' });
    const asked = { ...UNASKED, ...squawk, folder: join(root, 'db') };
    expect(rulesIn(await lint(asked))).toEqual(['prefer-text-field:1']);
    writeFiles(root, { '.squawk.toml': 'excluded_rules = ["nonsense"]' });
    await expect(lint(asked)).rejects.toMatchObject({
      exit: 'CONFIG',
      message: expect.stringContaining('nonsense'),
    });
  });
  await expect(lintSql(sql, { include: ['ban-drop-column'] })).rejects.toMatchObject({ exit: 'USAGE' });
});

test('what squawk can not read does not hide the rest, and a breakpoint ends a statement', async () => {
  const unread = 'SELECT (values.é / 2)::text FROM values;';
  const result = await lintSql(`${unread}\nDROP TABLE é--> statement-breakpoint\nDROP TABLE u;`, squawk);
  expect(rulesIn(result)).toEqual(['ban-drop-table:2', 'ban-drop-table:3']);
  expect(result.notes).toEqual([expect.stringContaining("can't read statement 1 of 0000_it.sql")]);
});

test('a folder whose name is a pattern is taken as it is', () =>
  withFolder(async (root) => {
    const folder = join(root, '[id] (*)');
    writeFiles(folder, journalFiles([{ tag: '0000_it', sql: 'DROP TABLE t;', rollback: 'select 1;' }]));
    expect(rulesIn(await lint({ ...UNASKED, ...squawk, folder }))).toEqual(['ban-drop-table:1']);
  }));

test('a program that does not run is told with what to do', () =>
  withFolder(async (root) => {
    writeFiles(root, { squawk: '#!/bin/sh\necho "no such thing" >&2; exit 3\n' });
    chmodSync(join(root, 'squawk'), 0o755);
    const run = { config: undefined, pgVersion: undefined, signal: new AbortController().signal };
    await expect(runSquawk({ ...run, binary: join(root, 'squawk') }, ['a'], true)).rejects.toMatchObject({
      ...{ exit: 'CONFIG', message: 'squawk did not run: no such thing' },
    });
    await expect(runSquawk({ ...run, binary: join(root, 'none') }, ['a'], true)).rejects.toMatchObject({
      ...{ exit: 'CONFIG', remedy: expect.stringContaining('--no-squawk') },
    });
  }));
