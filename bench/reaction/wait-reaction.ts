import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expectSchema } from '../../core/journal/expectation';
import { readJournal } from '../../core/journal/read-journal';
import { withDatabase } from '../../test/support/database';
import { environment, type RunnerOptions, runRunner } from '../../test/support/runner';
import { journalFiles, writeFiles } from '../../test/support/write-migrations';

const MIGRATIONS = ['0000_one', '0001_two'].map((tag, index) => ({
  ...{ tag, sql: `CREATE TABLE t${index} (a int);\n` },
}));

/**
 * Milliseconds from the COMMIT of the last migration until the container of a SchemaGate has ended, that has been waiting
 * for so long on a real PostgreSQL.
 */
export function reactToSchema(waitedMs: number): Promise<number> {
  return withDatabase(async ({ url, sql }) => {
    const folder = mkdtempSync(join(tmpdir(), 'drizzle-gate-reaction-'));
    try {
      writeFiles(join(folder, 'all'), journalFiles(MIGRATIONS));
      writeFiles(join(folder, 'first'), journalFiles(MIGRATIONS.slice(0, 1)));
      await succeed({ args: ['migrate'], env: environment(url, join(folder, 'first')) });
      const { migrations } = readJournal(join(folder, 'all'));
      const { last, count, digest } = expectSchema(migrations);
      const env = { WAIT_MIGRATION: last, WAIT_COUNT: String(count), WAIT_DIGEST: digest };
      let waits = () => {};
      const waiting = new Promise<void>((resolve) => {
        waits = resolve;
      });
      const ended = succeed({
        ...{ args: ['wait'], env: environment(url, '/nowhere', env), limit: 120_000 },
        onEvent: ({ event }) => event === 'schema_waiting' && waits(),
      });
      await waiting;
      await sleep(waitedMs);
      const { hash, when } = migrations.at(-1) ?? {};
      await sql.begin(async (tx) => {
        await tx`create table t1 (a int)`;
        await tx`insert into drizzle.__drizzle_migrations (hash, created_at) values (${hash ?? ''}, ${when ?? 0})`;
      });
      const committed = performance.now();
      await ended;
      return performance.now() - committed;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

async function succeed(options: RunnerOptions): Promise<void> {
  const { code, stdout, stderr } = await runRunner(options);
  if (code !== 0) throw new Error(`${options.args.join(' ')} ended with ${code}:\n${stdout}${stderr}`);
}
