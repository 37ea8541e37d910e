import { type TestDatabase, withDatabase } from '../support/database';
import { type FolderMigration, migrationsFolder } from '../support/migrations-folder';
import { environment, expectExit, runRunner } from '../support/runner';

const TABLE = { tag: '0000_table', sql: 'create table t (a text);' };

const run = (
  command: string,
  url: string,
  migrations: readonly FolderMigration[],
  env: Record<string, string> = {},
) => runRunner({ args: [command], env: environment(url, migrationsFolder(migrations), env) });

const texts = async ({ sql }: TestDatabase) => (await sql`select a from t order by a`).map(({ a }) => a);

test.concurrent('files are cut as a database reads them whose plain strings have escapes', () =>
  withDatabase(async (database) => {
    const { url, sql, name } = database;
    await sql.unsafe(`alter database ${name} set standard_conforming_strings = off`);
    const file = (text: string) => `insert into t values ('${text}\\'s; here');`;
    const migrations = [
      TABLE,
      { tag: '0001_transactional', sql: file('one'), rollback: "delete from t where a = 'it\\'s; gone';" },
      { tag: '0002_stepwise', sql: `${file('two')} create index concurrently t_a on t (a);` },
    ];
    expectExit(await run('preflight', url, migrations), 'OK');
    expectExit(await run('migrate', url, migrations), 'OK');
    expect(await texts(database)).toEqual(["one's; here", "two's; here"]);
    await sql`delete from drizzle.__drizzle_migrations where id = 3`;
    const target = { ROLLBACK_TARGET: TABLE.tag };
    const undo = migrations.slice(0, 2);
    const token =
      String((await run('rollback', url, undo, target)).end.remedy)
        .split('=')
        .at(-1) ?? '';
    expectExit(await run('rollback', url, undo, { ...target, ROLLBACK_CONFIRM: token }), 'OK');
  }));
