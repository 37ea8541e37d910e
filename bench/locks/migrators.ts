import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import { environment, runRunner } from '../../test/support/runner';
import type { Migrator } from './contend';

/** Our runner, as a pod would run it. */
export const drizzleGate: Migrator = async ({ url, folder, budget }) => {
  const { code } = await runRunner({
    args: ['migrate'],
    env: environment(url, folder, { LOCK_TIMEOUT_MS: String(budget) }),
    limit: 300_000,
  });
  return `exit code ${code}`;
};

/** Drizzle's own migrator, as its documentation calls it. */
export const drizzleOrm: Migrator = async ({ url, folder }) => {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    await migrate(drizzle(sql), { migrationsFolder: folder });
    return 'applied';
  } finally {
    await sql.end();
  }
};
