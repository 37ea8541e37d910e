import { setTimeout as sleep } from 'node:timers/promises';
import type postgres from 'postgres';
import { withDatabase } from '../support/database';
import { named, type RunnerResult } from '../support/runner';
import type { Kill, Profile } from './kill-plan';
import { describeEnd } from './reference';
import { TARGET } from './rollbacks';
import { measure, migrate, runKilled, runToEnd, startLastingProxy, type Target } from './run-killed';
import { differences, readLeftovers, readSnapshot } from './snapshot';

/** What an uninterrupted rollback begins with and ends with. */
export interface RollbackReference {
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly profile: Profile;
}

/** What of the kills of a round came in time. */
export interface RoundTally {
  kills: number;
  late: number;
  /** Kills after which the rollback had committed. */
  committed: number;
}

/** Migrates a database and gives what rolls it back: the command with the token of its plan. */
async function withMigrated<T>(
  folder: string,
  use: (target: Target, sql: postgres.Sql) => Promise<T>,
): Promise<T> {
  return withDatabase(async ({ url, sql }) => {
    expectCode(await migrate({ url, folder }), 0, 'the migration');
    const proxy = await startLastingProxy(url);
    try {
      const target = { url: proxy.url, folder, proxy, command: 'rollback', env: { ROLLBACK_TARGET: TARGET } };
      const asked = await runToEnd(target);
      expectCode(asked, 85, 'the plan');
      const ROLLBACK_CONFIRM = String(named(asked, 'rollback_plan')[0]?.token);
      return await use({ ...target, env: { ...target.env, ROLLBACK_CONFIRM } }, sql);
    } finally {
      proxy.close();
    }
  });
}

export async function takeRollbackReference(folder: string): Promise<RollbackReference> {
  return withMigrated(folder, async (target, sql) => {
    const before = await readSnapshot(sql);
    const { result, profile } = await measure(target);
    expectCode(result, 0, 'the uninterrupted rollback');
    return { before, after: await readSnapshot(sql), profile };
  });
}

/**
 * One database: its rollback is killed as planned, in the delay of the check before it too, and then run to completion
 * with the same token. Gives what is wrong.
 *
 * @param isAtomic whether each kill must leave all of the rollback or nothing of it.
 */
export async function runRollbackRound(
  kills: readonly Kill[],
  folder: string,
  { before, after }: RollbackReference,
  isAtomic: boolean,
  tally: RoundTally,
): Promise<string[]> {
  return withMigrated(folder, async (target, sql) => {
    const inDelay = await runKilled(
      { ...target, command: 'rollback-preflight', env: { ...target.env, ROLLBACK_DELAY_SECONDS: '30' } },
      { kind: 'named', name: 'rollback_delay', after: 100 },
    );
    if (inDelay.code !== null) return [`the check was not killed in its delay: ${describeEnd(inDelay)}`];
    const changed = differences(before, await readSnapshot(sql));
    if (changed.length > 0) return ['killed in the delay, something has changed:', ...changed];
    for (const kill of kills) {
      const killed = await runKilled(target, kill);
      if (killed.code !== null && killed.code !== 0) {
        return [`a run that was to be killed ended by itself: ${describeEnd(killed)}`];
      }
      if (killed.code === 0) tally.late++;
      else tally.kills++;
      await untilNobodyWorks(sql);
      const now = await readSnapshot(sql);
      const isDone = differences(after, now).length === 0;
      if (isDone && killed.code === null) tally.committed++;
      const half = isAtomic && !isDone ? differences(before, now) : [];
      if (half.length > 0) return ['killed, it is half rolled back:', ...half];
    }
    return completed(target, sql, after);
  });
}

/** The rerun completes, and another one has nothing to do: both exit with 0. */
async function completed(target: Target, sql: postgres.Sql, after: readonly string[]): Promise<string[]> {
  for (const which of ['the rerun', 'the rerun of what was done']) {
    const rerun = await runToEnd(target);
    if (rerun.code !== 0) return [`${which} failed: ${describeEnd(rerun)}`];
    const wrong = [...(await readLeftovers(sql)), ...differences(after, await readSnapshot(sql))];
    if (wrong.length > 0) return [`after ${which}:`, ...wrong];
  }
  return [];
}

/** A backend whose runner was killed works until it looks at its connection. */
async function untilNobodyWorks(sql: postgres.Sql): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const [row] = await sql`select count(*)::int as n from pg_stat_activity
      where datname = current_database() and application_name like 'drizzle-gate%'`;
    if (row?.n === 0) return;
    await sleep(50);
  }
  throw new Error('a session of a killed runner does not end');
}

function expectCode(result: RunnerResult, code: number, what: string): void {
  if (result.code !== code) throw new Error(`${what} failed: ${describeEnd(result)}`);
}
