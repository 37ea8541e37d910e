import { setTimeout as sleep } from 'node:timers/promises';
import { summaryOf } from '../../cli/src/cluster/follow/summary-of';
import { Activity } from '../../runner/src/activity/activity';
import { GateError } from '../../runner/src/errors/gate-error';
import type { TerminationSummary } from '../../runner/src/report/explain-run';
import { UnfinishedRun } from '../../runner/src/report/unfinished-run';
import { withDatabase } from '../support/database';
import { migrationsFolder } from '../support/migrations-folder';
import { environment, runRunner } from '../support/runner';

function followed() {
  const told: TerminationSummary[] = [];
  const activity = new Activity();
  const unfinished = new UnfinishedRun('an id', (summary) => told.push(summary));
  activity.follow(unfinished);
  const migration = (tag: string, use: () => Promise<void>) =>
    activity.during({ kind: 'unit', way: 'apply', mode: 'transactional', migrations: [tag], later: 0 }, () =>
      activity.during(
        { kind: 'migration', way: 'apply', migration: tag, file: `${tag}.sql`, statements: 2 },
        use,
      ),
    );
  const run = (use: () => Promise<void>) => activity.during({ kind: 'run', command: 'migrate' }, use);
  return { told, activity, unfinished, migration, run };
}

test('what would be left of a run names its migration, and a statement that takes long', async () => {
  const { told, activity, migration, run } = followed();
  const last = () => told.at(-1);
  await run(async () => {
    expect(last()).toEqual({
      ...{ command: 'migrate', outcome: 'running', run_id: 'an id' },
      message: expect.stringMatching(/^It was running since 20/),
    });
    await migration('0000_one', async () => undefined);
    await migration('0001_two', async () => {
      expect(last()).toMatchObject({
        ...{ migration: '0001_two', applied: 1, last: '0000_one' },
        message: expect.stringMatching(/^It was at 0001_two.sql since 20/),
      });
      const before = told.length;
      for (let number = 1; number <= 50; number += 1) {
        await activity.execute({ number, text: 'select 1' }, async () => 0);
      }
      expect(told).toHaveLength(before);
      await activity.execute({ number: 51, text: 'select pg_sleep(9)' }, async () => {
        await sleep(150);
        expect(last()?.message).toMatch(/^It was at statement 51 of 0001_two.sql since/);
        return 0;
      });
      expect(last()?.message).toMatch(/^It was at 0001_two.sql since/);
    });
  });
});

test('what failed is not counted as applied, and after the end nothing is written', async () => {
  const { told, migration, run, unfinished, activity } = followed();
  await run(async () => {
    await migration('0000_one', async () => undefined);
    const failing = migration('0001_two', async () => {
      throw new GateError('MIGRATION_FAILED', 'no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(unfinished.stop()).toEqual({ applied: 1, last: '0000_one' });
    const before = told.length;
    await activity.execute({ number: 1, text: 'select 1' }, () => sleep(150, 0));
    await migration('0002_three', async () => undefined);
    expect(told).toHaveLength(before);
  });
});

test('what became of the other migrations of a run that failed is told, as its log tells it', () =>
  withDatabase(async ({ url }) => {
    const of = (number: number, sql: string) => ({ tag: `000${number}_m`, sql });
    const folder = migrationsFolder([of(0, 'select 1'), of(1, 'select 2'), of(2, 'select 1/0'), of(3, '')]);
    const { termination, events } = await runRunner({ args: ['migrate'], env: environment(url, folder) });
    const others = '0000_m, 0001_m of the same transaction were rolled back too; 1 migration not started';
    expect(events.find(({ event }) => event === 'unit_failed')?.message).toBe(`0002_m failed; ${others}`);
    expect(termination.split('\n')).toContain(others);
    expect(summaryOf(termination)).toMatchObject({ others, migration: '0002_m' });
  }));

test('a runner that was killed leaves where it was', () =>
  withDatabase(async ({ url }) => {
    const folder = migrationsFolder([
      { tag: '0000_one', sql: 'create table one (a int);' },
      { tag: '0001_slow', sql: 'select 1; --> statement-breakpoint\nselect pg_sleep(30);' },
    ]);
    const result = await runRunner({
      args: ['migrate'],
      env: environment(url, folder, { TRANSACTION_MODE: 'each' }),
      onEvent: ({ event }, child) => {
        if (event === 'migration_applied') setTimeout(() => child.kill('SIGKILL'), 400);
      },
    });
    expect(result.code).toBeNull();
    expect(result.termination).toMatch(
      /^migrate did not live to say how it ended: .*\nIt was at statement 2 of 0001_slow.sql since 20/,
    );
    expect(summaryOf(result.termination)).toMatchObject({
      ...{ outcome: 'running', migration: '0001_slow', applied: 1, last: '0000_one' },
    });
  }));
