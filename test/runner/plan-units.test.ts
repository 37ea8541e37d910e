import { readJournal } from '../../core/journal';
import { planMigration, planUnits } from '../../runner/src/migrate/plan-units';
import { migrationsFolder } from '../support/migrations-folder';

const migrationsOf = (...scripts: string[]) =>
  readJournal(migrationsFolder(scripts.map((sql, index) => ({ tag: `m${index}`, sql })))).migrations;

/** Each unit as its migrations, with ! where it is not transactional. */
async function unitsOf(...scripts: string[]): Promise<string[]> {
  const units = await planUnits(migrationsOf(...scripts));
  return units.map(
    ({ transactional, migrations }) =>
      `${transactional ? '' : '!'}${migrations.map(({ migration }) => migration.tag).join(' ')}`,
  );
}

const TABLE = 'create table t ()';
const ENUM = `alter type e add value 'x'`;
const ALONE = 'create index concurrently i on t (a)';

test.each<[string, string[], string[]]>([
  ['nothing', [], []],
  ['all transactional', [TABLE, TABLE, TABLE], ['m0 m1 m2']],
  ['one that must stand alone', [TABLE, ALONE, TABLE, TABLE], ['m0', '!m1', 'm2 m3']],
  ['two that must stand alone', [ALONE, ALONE], ['!m0', '!m1']],
  ['mixed in one file', [`${TABLE};${ALONE}`, TABLE], ['!m0', 'm1']],
  ['a new enum value is committed before the next', [TABLE, ENUM, TABLE], ['m0 m1', 'm2']],
  ['an empty file', ['-- custom', TABLE], ['m0 m1']],
])('%s', async (_name, scripts, expected) => {
  const units = scripts.length > 0 ? await unitsOf(...scripts) : await planUnits([]);
  expect(units).toEqual(expected);
});

test("Drizzle's breakpoints cut, semicolons cut, and numbers and offsets go on across both", async () => {
  const [migration] = migrationsOf(
    'select 1--> statement-breakpoint\nselect 2; select 3;--> statement-breakpoint\n',
  );
  if (!migration) throw new Error('no migration');
  const { statements } = await planMigration(migration);
  expect(
    statements.map(({ number, text, start }) => [number, text, migration.sql.indexOf(text) === start]),
  ).toEqual([
    [1, 'select 1', true],
    [2, 'select 2', true],
    [3, 'select 3', true],
  ]);
});

test('files that manage their transaction, or read standard input, are refused all at once', async () => {
  const refused = planUnits(migrationsOf('begin;\nselect 1;\ncommit;', 'copy t from stdin;', TABLE));
  await expect(refused).rejects.toMatchObject({
    exitCode: 78,
    problems: [
      expect.stringMatching(/^m0.sql, line 1: BEGIN is not allowed/),
      expect.stringMatching(/^m0.sql, line 3: COMMIT is not allowed/),
      expect.stringMatching(/^m1.sql, line 1: COPY … FROM STDIN has no input here; use INSERT/),
    ],
  });
});
