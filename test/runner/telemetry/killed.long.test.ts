import { METRICS } from '../../../core/contract';
import { withDatabase } from '../../support/database';
import { migrationsFolder } from '../../support/migrations-folder';
import { withOtlpReceiver } from '../../support/otlp-receiver';
import { environment, expectExit, runRunner } from '../../support/runner';

const FOLDER = () =>
  migrationsFolder([
    { tag: '0000_one', sql: 'create table one (id int);', rollback: 'drop table one;' },
    { tag: '0001_index', sql: 'create index concurrently on one (id);', rollback: 'drop index one_id_idx;' },
    { tag: '0002_long', sql: 'select pg_sleep(60);', rollback: 'select 1;' },
  ]);

test.each(['SIGTERM', 'SIGKILL'] as const)(
  'a run that gets %s has told what was committed',
  async (signal) => {
    await withDatabase(async ({ url, sql }) => {
      await withOtlpReceiver(async (receiver) => {
        const sleeps = async () =>
          (
            await sql`select from pg_stat_activity where state = 'active' and query like '%pg_sleep(60)%'
                     and pid <> pg_backend_pid()`
          ).length > 0;
        let stopped = 0;
        const run = await runRunner({
          args: ['migrate'],
          env: environment(url, FOLDER(), { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url }),
          onStart: (child) => {
            const isThere = () => receiver.spans.filter(({ name }) => name === 'apply unit').length >= 2;
            void receiver.until(isThere).then(async () => {
              while (!(await sleeps())) await new Promise((resolve) => setTimeout(resolve, 50));
              stopped = Date.now();
              child.kill(signal);
            });
          },
        });
        expect(stopped).toBeGreaterThan(0);
        const names = receiver.spans.map(({ name }) => name);
        expect(names).toEqual(expect.arrayContaining(['apply 0000_one', 'apply 0001_index']));
        expect(receiver.points(METRICS.RUN_START.name)).toHaveLength(1);
        if (signal === 'SIGKILL') {
          expect(run.code).toBeNull();
          expect(names).not.toContain('drizzle-gate migrate');
          expect(receiver.points(METRICS.RUN_END.name)).toEqual([]);
          return;
        }
        expectExit(run, 'TRY_AGAIN');
        expect(Date.now() - stopped).toBeLessThan(15_000);
        const root = receiver.span('drizzle-gate migrate');
        expect(root).toMatchObject({ status: { code: 2 }, attributes: { 'drizzle_gate.exit_code': 75 } });
        expect(receiver.span('apply 0002_long').status.code).toBe(2);
        expect(receiver.points(METRICS.RUN_END.name)).toEqual([
          expect.objectContaining({
            attributes: expect.objectContaining({ outcome: 'failed', exit_code: 75 }),
          }),
        ]);
      });
    });
  },
);

test('a rollback, and a unit that is tried again for its locks', async () => {
  await withDatabase(async ({ url, sql }) => {
    await withOtlpReceiver(async (receiver) => {
      const folder = migrationsFolder([
        { tag: '0000_one', sql: 'create table one (id int);', rollback: 'drop table one;' },
        { tag: '0001_column', sql: 'alter table one add n int;', rollback: 'alter table one drop n;' },
      ]);
      const env = {
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        LOCK_TIMEOUT_MS: '200',
        TRANSACTION_MODE: 'each',
      };
      expectExit(await runRunner({ args: ['migrate'], env: environment(url, folder, env) }), 'OK');
      receiver.spans.length = 0;
      const told = { ...env, ROLLBACK_TARGET: '0000_one' };
      const plan = await runRunner({ args: ['rollback'], env: environment(url, folder, told) });
      expectExit(plan, 'NOT_CONFIRMED');
      const token = plan.events.find(({ event }) => event === 'rollback_token')?.token;
      expect(receiver.span('drizzle-gate rollback').attributes).toMatchObject({
        'drizzle_gate.exit_code': 85,
      });
      receiver.spans.length = 0;
      const holder = await sql.reserve();
      await holder`begin`;
      await holder`lock table one in access share mode`;
      const run = await runRunner({
        args: ['rollback'],
        env: environment(url, folder, { ...told, ROLLBACK_CONFIRM: String(token) }),
        onEvent: ({ event }) => {
          if (event === 'unit_retried') void holder.unsafe('commit').execute();
        },
      });
      holder.release();
      expectExit(run, 'OK');
      const unit = receiver.span('undo unit');
      const events = unit.events.map(({ name, attributes }) => [name, attributes['drizzle_gate.reason']]);
      expect(events).toContainEqual(['retry', 'lock']);
      const attempts = receiver.spans.filter(({ name }) => name === 'undo 0001_column');
      expect(
        attempts.map(({ attributes, parent }) => [attributes['drizzle_gate.attempt'], parent]),
      ).toContainEqual([2, unit.spanId]);
      const waits = receiver.spans
        .flatMap(({ events: all }) => all)
        .filter(({ name }) => name === 'lock_wait');
      expect(waits[0]?.attributes).toMatchObject({ 'drizzle_gate.lock.obtained': false });
      const of = (metric: keyof typeof METRICS) => receiver.points(METRICS[metric].name);
      expect(of('RETRIES').find(({ attributes }) => attributes.reason === 'lock')?.value).toBeGreaterThan(0);
      expect(
        of('LOCK_WAIT').some(({ attributes, value }) => attributes.obtained === false && value >= 0.1),
      ).toBe(true);
      expect(of('MIGRATION_DURATION').map(({ attributes }) => [attributes.way, attributes.outcome])).toEqual([
        ['undo', 'succeeded'],
      ]);
    });
  });
});
