import { readJournal } from '../../core/journal';
import { planUnits } from '../../runner/src/migrate/plan-units';
import { migrationsFolder } from '../support/migrations-folder';

const migrationsOf = (...scripts: string[]) =>
  readJournal(migrationsFolder(scripts.map((sql, index) => ({ tag: `m${index}`, sql })))).migrations;

const MARK = { transactional: '', stepwise: '!', 'own-transaction': '=' };

/** Each unit as its migrations, with ! where it goes statement by statement and = where it commits by itself. */
async function unitsOf(...scripts: string[]): Promise<string[]> {
  const units = await planUnits(migrationsOf(...scripts));
  return units.map(
    ({ mode, migrations }) => `${MARK[mode]}${migrations.map(({ migration }) => migration.tag).join(' ')}`,
  );
}

const TABLE = 'create table t ()';
const ENUM = `alter type e add value 'x'`;
const DEFERRED = 'set /* all */ constraints all deferred';
const ALONE = 'create index concurrently i on t (a)';

test.each<[string, string[], string[]]>([
  ['nothing', [], []],
  ['all transactional', [TABLE, TABLE, TABLE], ['m0 m1 m2']],
  ['one that must stand alone', [TABLE, ALONE, TABLE, TABLE], ['m0', '!m1', 'm2 m3']],
  ['two that must stand alone', [ALONE, ALONE], ['!m0', '!m1']],
  ['mixed in one file', [`${TABLE};${ALONE}`, TABLE], ['!m0', 'm1']],
  ['a new enum value is committed before the next', [TABLE, ENUM, TABLE], ['m0 m1', 'm2']],
  ['deferred constraints are checked before the next', [TABLE, DEFERRED, TABLE], ['m0 m1', 'm2']],
  ['savepoints, which begin and commit nothing', [TABLE, 'savepoint s; release s', TABLE], ['m0 m1 m2']],
  ['savepoints and a commit', ['savepoint s; commit', TABLE], ['=m0', 'm1']],
  ['one that commits by itself', [TABLE, 'begin; select 1; commit', TABLE], ['m0', '=m1', 'm2']],
  ['a forced mode', [`-- drizzle-gate: no-transaction\n${TABLE}`, TABLE], ['!m0', 'm1']],
  ['an irreversible one', [TABLE, `-- drizzle-gate: irreversible A\n${TABLE}`, TABLE], ['m0 m1 m2']],
  ['an irreversible one that must stand alone', [`-- drizzle-gate: irreversible A\n${ALONE}`], ['!m0']],
  ['a forced transaction with savepoints', ['-- drizzle-gate: transaction\nsavepoint s'], ['m0']],
  ['a forced transaction', [`-- drizzle-gate: transaction\n${ALONE}`, TABLE], ['m0 m1']],
  ['an empty file', ['-- custom', TABLE], ['m0 m1']],
])('%s', async (_name, scripts, expected) => {
  const units = scripts.length > 0 ? await unitsOf(...scripts) : await planUnits([]);
  expect(units).toEqual(expected);
});

test('TRANSACTION_MODE=each gives every migration a unit of its own', async () => {
  const units = await planUnits(migrationsOf(TABLE, TABLE), 'each');
  expect(units.map(({ migrations }) => migrations.length)).toEqual([1, 1]);
});

test('files that cannot be run as they are, are refused all at once', async () => {
  const refused = planUnits(
    migrationsOf(
      'copy t from stdin;',
      '-- drizzle-gate: transaction\nbegin;\nselect 1;\ncommit;',
      `create temp table x (); ${ALONE}`,
      '-- drizzle-gate: sometimes',
      TABLE,
      `${DEFERRED};\n${ALONE}`,
      `savepoint s; ${TABLE};\n${ALONE}`,
      `insert into t select 1 from set_config('a.b', 'x', true);\n${ALONE}`,
    ),
  );
  await expect(refused).rejects.toMatchObject({
    exitCode: 78,
    problems: [
      expect.stringMatching(/^m0.sql, line 1: COPY … FROM STDIN has no input here; use INSERT/),
      expect.stringMatching(/^m1.sql, line 2: the file begins or commits .*take one of them out/),
      expect.stringMatching(/^m2.sql, line 1: a temporary table is gone/),
      expect.stringMatching(/^m3.sql: line 1: "sometimes" is no directive/),
      expect.stringMatching(
        /^m5.sql, line 1: SET CONSTRAINTS holds .* or move CREATE INDEX CONCURRENTLY into/,
      ),
      expect.stringMatching(/^m6.sql, line 1: SAVEPOINT needs a transaction around it/),
      expect.stringMatching(/^m7.sql, line 1: what set_config sets here ends /),
    ],
  });
});
