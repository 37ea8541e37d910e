import { withDatabase } from '../support/database';
import { type FolderMigration, migrationsFolder } from '../support/migrations-folder';
import { environment, expectExit, named, runRunner } from '../support/runner';

const ONE: FolderMigration = {
  ...{ tag: '0000_one', sql: 'create table one (a int);' },
  rollback: 'drop table one;',
};
const TWO: FolderMigration = { tag: '0001_two', sql: 'create table two (a int);' };

const REFUSED = {
  sqlstate: '25006',
  remedy: expect.stringMatching(/^connect to the primary, or turn default_transaction_read_only off/),
};

test('a database that takes no writes is refused by whatever wants to write, with the code of the pre-flight check', () =>
  withDatabase(async ({ url, sql, name }) => {
    const run = (args: string[], folder: FolderMigration[], env: Record<string, string> = {}) =>
      runRunner({ args, env: environment(url, migrationsFolder(folder), env) });
    const setReadOnly = (value: 'on' | 'off') =>
      sql.unsafe(`alter database ${name} set default_transaction_read_only = ${value}`);
    const expectRefused = async (...call: Parameters<typeof run>) => {
      const result = await run(...call);
      expectExit(result, 'PREFLIGHT');
      expect(result.end).toMatchObject(REFUSED);
    };
    /** Of a plan that was only shown. */
    const tokenOf = async (
      event: 'rollback_plan' | 'baseline_plan' | 'repair_plan',
      ...call: Parameters<typeof run>
    ) => {
      const result = await run(...call);
      expectExit(result, 'NOT_CONFIRMED');
      return String(named(result, event)[0]?.token);
    };

    await setReadOnly('on');
    await expectRefused(['migrate'], [ONE]);
    await setReadOnly('off');
    expectExit(await run(['migrate'], [ONE]), 'OK');
    await sql`create table two (a int)`;

    await setReadOnly('on');
    await expectRefused(['migrate'], [ONE, TWO]);
    const target = { ROLLBACK_TARGET: 'empty' };
    const rollback = await tokenOf('rollback_plan', ['rollback'], [ONE], target);
    await expectRefused(['rollback'], [ONE], { ...target, ROLLBACK_CONFIRM: rollback });
    const baseline = ['baseline', '--to', '0001_two'];
    const marked = await tokenOf('baseline_plan', baseline, [ONE, TWO]);
    await expectRefused([...baseline, '--confirm', marked], [ONE, TWO]);
    const edited = [{ ...ONE, sql: `${ONE.sql} -- edited` }];
    const repair = ['repair', '--accept', '0000_one'];
    const repaired = await tokenOf('repair_plan', repair, edited);
    await expectRefused([...repair, '--confirm', repaired], edited);
  }));
