import { Databases } from '../../bench/migrators/databases';
import { makeMigrations, schemaAfter } from '../../bench/migrators/make-migrations';
import { serverUrl, withDatabase } from '../support/database';

const MIGRATIONS = makeMigrations(3);
const EXPECTED = { ...schemaAfter(MIGRATIONS), history: 3 };
const STATEMENTS = MIGRATIONS.flatMap(({ statements }) => statements);

/** What the benchmark says of a database after these statements. */
async function verdictAfter(statements: readonly string[], rows = 3): Promise<string> {
  return withDatabase(async ({ name, sql }) => {
    await sql.unsafe(`create table pgmigrations as select generate_series(1, ${rows}) as id`);
    await sql.unsafe(statements.join('\n'));
    const url = (database: string) => {
      const its = new URL(serverUrl());
      its.pathname = `/${database}`;
      return its.href;
    };
    const databases = new Databases({ url });
    try {
      await databases.verify(name, 'pgmigrations', EXPECTED);
      return 'complete';
    } catch (error) {
      return String(error);
    } finally {
      await databases.close();
    }
  });
}

test('a database with all that the migrations make is complete', async () => {
  expect(await verdictAfter(STATEMENTS)).toBe('complete');
});

test.each(['CREATE INDEX "orders_2', 'ALTER TABLE', 'INSERT INTO'])(
  'one without %s… is told, and what it lacks',
  async (begin) => {
    const left = STATEMENTS.filter((statement) => !statement.startsWith(begin));
    expect(left.length).toBeLessThan(STATEMENTS.length);
    expect(await verdictAfter(left)).toMatch(
      /found \{.*\} instead of \{"tables":3,"indexes":6,"columns":19,/,
    );
  },
);

test('so is a history with a row too few', async () => {
  expect(await verdictAfter(STATEMENTS, 2)).toMatch(/"history":2\} instead of .*"history":3\}/);
});
