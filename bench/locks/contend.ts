import { setTimeout as sleep } from 'node:timers/promises';
import type postgres from 'postgres';
import { makeTemporaryFolder } from '../../cli/src/server/temporary-folder';
import { withDatabase } from '../../test/support/database';
import { writeMigrations } from '../../test/support/write-migrations';
import { startApplication, type Waits } from './application';
import { type Scenario, TABLES } from './scenarios';

/** Applies the folder to the database; gives how it ended. */
export type Migrator = (target: { url: string; folder: string; budget: number }) => Promise<string>;

export interface Contention extends Waits {
  readonly outcome: string;
}

/** Milliseconds after which the idle transactions begin to end although nobody was seen to wait for them. */
const PATIENCE_MS = 3000;

/** Runs a scenario on a database of its own while an application writes, and gives how long that had to wait. */
export async function contend(scenario: Scenario, migrate: Migrator, budget: number): Promise<Contention> {
  const folder = makeTemporaryFolder('drizzle-gate-bench-');
  try {
    writeMigrations(folder.path, [{ tag: '0000_contended', sql: scenario.migration }]);
    return await withDatabase(async ({ url, sql }) => {
      for (const table of TABLES) {
        await sql.unsafe(`create table ${table} (id int generated always as identity primary key, ref int)`);
      }
      const blockers = await Promise.all(
        Object.entries(scenario.blockers).map(async ([table, budgets]) => ({
          end: await block(sql, table),
          after: budgets * budget,
        })),
      );
      const application = startApplication(url, TABLES);
      const migrating = migrate({ url, folder: folder.path, budget });
      await someoneWaits(sql);
      await Promise.all(blockers.map(({ end, after }) => sleep(after).then(end)));
      const outcome = await migrating;
      return { ...(await application.stop()), outcome };
    }, TABLES.length + 1);
  } finally {
    folder.remove();
  }
}

/** A transaction that has written into the table and is idle since; gives what ends it. */
async function block(sql: postgres.Sql, table: string): Promise<() => Promise<void>> {
  const idle = await sql.reserve();
  await idle`begin`;
  await idle.unsafe(`insert into ${table} default values`);
  return async () => {
    await idle`rollback`;
    idle.release();
  };
}

async function someoneWaits(sql: postgres.Sql): Promise<void> {
  const started = Date.now();
  while (Date.now() - started < PATIENCE_MS) {
    const waiting = await sql`select from pg_locks where not granted and locktype = 'relation'
      and database = (select oid from pg_database where datname = current_database())`;
    if (waiting.length > 0) return;
    await sleep(20);
  }
}
