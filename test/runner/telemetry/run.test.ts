import { METRICS, STANDING_ATTRIBUTES } from '../../../core/contract';
import { CANARY } from '../../support/canary';
import { withDatabase } from '../../support/database';
import { migrationsFolder } from '../../support/migrations-folder';
import { type OtlpReceiver, withOtlpReceiver } from '../../support/otlp-receiver';
import { environment, expectExit, named, runRunner } from '../../support/runner';

const MIGRATIONS = [
  {
    tag: '0000_one',
    sql: 'create table one (id int);\n--> statement-breakpoint\ninsert into one values (1), (2);',
  },
  { tag: '0001_two', sql: 'create table two (id int);' },
  { tag: '0002_index', sql: 'create index concurrently on one (id);' },
];
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';
const ENVIRONMENT = { 'k8s.namespace.name': 'shop', 'deployment.environment.name': 'staging' };

const TOLD = (url: string) => ({
  ...{ OTEL_EXPORTER_OTLP_ENDPOINT: url, TRACEPARENT: `00-${TRACE}-${CALLER}-01` },
  OTEL_RESOURCE_ATTRIBUTES: Object.entries(ENVIRONMENT)
    .map((pair) => pair.join('='))
    .join(','),
  ...{ JOB_NAME: 'db-migration-1', POD_NAME: 'db-migration-1-x', IMAGE: 'registry:5000/team/app:1.4.2' },
});

/** The one series of a metric that has these attributes. */
function value(receiver: OtlpReceiver, metric: keyof typeof METRICS, attributes: object): number {
  const all = receiver.points(METRICS[metric].name);
  const [point, ...more] = all.filter((each) =>
    Object.entries(attributes).every(([name, wanted]) => each.attributes[name] === wanted),
  );
  expect({ metric, all, more }).toEqual({ metric, all, more: [] });
  return point?.value ?? Number.NaN;
}

describe.each(['http/protobuf', 'http/json'])('a run that succeeds, told as %s', (protocol) => {
  test('is one trace of run, units and migrations, and its metrics', async () => {
    await withDatabase(async ({ url, name }) => {
      const host = new URL(url);
      await withOtlpReceiver(async (receiver) => {
        const from = Date.now();
        const run = await runRunner({
          args: ['migrate'],
          env: environment(url, migrationsFolder(MIGRATIONS), {
            ...TOLD(receiver.url),
            OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
          }),
        });
        const to = Date.now();
        expectExit(run, 'OK');
        expect(named(run, 'telemetry_unavailable')).toEqual([]);
        const names = ['apply 0000_one', 'apply 0001_two', 'apply 0002_index'];
        expect(receiver.spans.map((span) => span.name).sort()).toEqual(
          [...names, 'apply unit', 'apply unit', 'drizzle-gate migrate'].sort(),
        );
        const root = receiver.span('drizzle-gate migrate');
        expect(root.parent).toBe(CALLER);
        const units = receiver.spans.filter((span) => span.name === 'apply unit');
        for (const unit of units) expect(unit.parent).toBe(root.spanId);
        const [together, alone] = units;
        const parents = names.map((each) => receiver.span(each).parent);
        expect(parents).toEqual([together?.spanId, together?.spanId, alone?.spanId]);
        for (const span of receiver.spans) {
          expect(span).toMatchObject({ traceId: TRACE, status: { code: 0 } });
          expect(span.start).toBeGreaterThanOrEqual(from);
          expect(span.end).toBeLessThanOrEqual(to);
          const within = receiver.spans.find(({ spanId }) => spanId === span.parent) ?? root;
          expect(span.start).toBeGreaterThanOrEqual(within.start);
          expect(span.end).toBeLessThanOrEqual(within.end);
          expect(span.attributes).toMatchObject({
            ...{ 'db.system.name': 'postgresql', 'db.namespace': name, 'server.address': host.hostname },
            ...{ 'server.port': Number(host.port), 'drizzle_gate.outcome': 'succeeded' },
          });
          expect(JSON.stringify(span)).not.toContain('insert into');
        }
        expect(root.attributes).toMatchObject({
          ...{ 'drizzle_gate.command': 'migrate', 'drizzle_gate.exit_code': 0, 'drizzle_gate.rows': 2 },
          ...{ 'drizzle_gate.schema.applied': 3, 'drizzle_gate.schema.pending': 0 },
        });
        expect(receiver.span('apply 0000_one').attributes).toMatchObject({
          ...{ 'db.operation.name': 'apply', 'db.operation.batch.size': 2, 'drizzle_gate.rows': 2 },
          ...{ 'drizzle_gate.migration': '0000_one', 'drizzle_gate.way': 'apply' },
        });
        expect(together?.attributes).toMatchObject({ 'drizzle_gate.mode': 'transactional' });
        expect(receiver.resources[0]).toMatchObject({
          ...{ 'service.name': 'drizzle-gate', 'service.version': expect.stringMatching(/^\d+\.\d+\.\d+$/) },
          ...{ 'k8s.job.name': 'db-migration-1', 'k8s.pod.name': 'db-migration-1-x', ...ENVIRONMENT },
          ...{ 'container.image.name': 'registry:5000/team/app', 'container.image.tags': ['1.4.2'] },
        });
        const instances = receiver.resources.map((each) => each['service.instance.id']);
        expect(new Set(instances)).toEqual(new Set([run.end.run_id]));
        expectMetrics(receiver, { from, to, database: name });
      });
    });
  });
});

function expectMetrics(
  receiver: OtlpReceiver,
  { from, to, database }: { readonly from: number; readonly to: number; readonly database: string },
): void {
  const start = value(receiver, 'RUN_START', { command: 'migrate' }) * 1000;
  const end = value(receiver, 'RUN_END', { command: 'migrate', outcome: 'succeeded', exit_code: 0 }) * 1000;
  expect(start).toBeGreaterThanOrEqual(from);
  expect(end).toBeLessThanOrEqual(to);
  expect(value(receiver, 'RUN_DURATION', { outcome: 'succeeded' }) * 1000).toBeCloseTo(end - start, 0);
  for (const { tag } of MIGRATIONS) {
    const took = value(receiver, 'MIGRATION_DURATION', {
      migration: tag,
      way: 'apply',
      outcome: 'succeeded',
    });
    expect(took).toBeLessThanOrEqual((end - start) / 1000);
  }
  expect(value(receiver, 'SCHEMA_MIGRATIONS', { state: 'applied' })).toBe(3);
  expect(value(receiver, 'SCHEMA_MIGRATIONS', { state: 'pending' })).toBe(0);
  expect(value(receiver, 'SCHEMA_VERSION', { migration: '0002_index' })).toBe(3);
  expect(value(receiver, 'RETRIES', { reason: 'lock' })).toBe(0);
  for (const { name, unit, attributes } of Object.values(METRICS)) {
    for (const point of receiver.points(name)) {
      expect(point.attributes).toMatchObject({ 'db.namespace': database, ...ENVIRONMENT });
      expect(Object.keys(point.attributes).sort()).toEqual([...attributes, ...STANDING_ATTRIBUTES].sort());
    }
    if (receiver.points(name).length > 0) expect(receiver.units.get(name)).toBe(unit);
  }
}

test('a run that fails tells where, with what code, and nothing that it must not', async () => {
  await withDatabase(async ({ url, name }) => {
    await withOtlpReceiver(async (receiver) => {
      const folder = migrationsFolder([
        { tag: '0000_one', sql: 'create table one (id int);' },
        {
          tag: '0001_bad',
          sql: "select 1;\n--> statement-breakpoint\ninsert into nowhere values ('data of somebody');",
        },
      ]);
      const run = await runRunner({
        args: ['migrate'],
        env: environment(url, folder, { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url }),
      });
      expectExit(run, 'MIGRATION_FAILED');
      const failed = receiver.span('apply 0001_bad');
      expect(failed.status.code).toBe(2);
      expect(failed.status.message).toContain('relation "nowhere" does not exist');
      const attributes = {
        ...{ 'db.response.status_code': '42P01', 'error.type': '42P01', 'drizzle_gate.exit_code': 82 },
        ...{
          'drizzle_gate.outcome': 'failed',
          'drizzle_gate.migration': '0001_bad',
          'drizzle_gate.statement': 2,
        },
      };
      for (const span of [failed, receiver.span('apply unit'), receiver.span('drizzle-gate migrate')]) {
        expect(span).toMatchObject({ status: { code: 2 }, attributes });
      }
      expect(receiver.span('apply 0000_one').status.code).toBe(0);
      expect(receiver.span('drizzle-gate migrate').parent).toBeUndefined();
      expect(JSON.stringify(receiver.spans)).not.toContain('data of somebody');
      expect(
        value(receiver, 'RUN_END', { outcome: 'failed', exit_code: 82, 'db.namespace': name }),
      ).toBeGreaterThan(0);
      const migrations = receiver.points(METRICS.MIGRATION_DURATION.name).map((point) => point.attributes);
      // The other one was rolled back with it: it did neither succeed nor fail.
      expect(migrations).toEqual([expect.objectContaining({ migration: '0001_bad', outcome: 'failed' })]);
    });
  });
});

test('a secret in the message of the server is told to nobody', async () => {
  await withDatabase(async ({ url }) => {
    await withOtlpReceiver(async (receiver) => {
      const message = `refused: ${CANARY}, postgres://me:of-another@db, key-of-the-collector`;
      const sql = `do $$ begin raise using message = '${message.replaceAll("'", "''")}'; end $$;`;
      const run = await runRunner({
        args: ['migrate'],
        env: environment(url, migrationsFolder([{ tag: '0000_told', sql }]), {
          OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
          OTEL_EXPORTER_OTLP_HEADERS: 'x-key=key-of-the-collector',
        }),
      });
      expectExit(run, 'MIGRATION_FAILED');
      expect(receiver.span('apply 0000_told').status.message).toContain('refused: ***, ');
      for (const { headers } of receiver.requests) expect(headers['x-key']).toBe('key-of-the-collector');
      for (const body of receiver.bodies) {
        for (const secret of [CANARY, 'of-another', 'key-of-the-collector']) {
          expect(body.includes(secret)).toBe(false);
        }
      }
      expect(receiver.bodies.length).toBeGreaterThan(1);
    });
  });
});

test.each([
  ['settings that can not be used', ['status'], { PGPORT: 'none' }, 78],
  ['a manifest of another contract', ['migrate'], { CONTRACT_VERSION: '0' }, 84],
  ['arguments that are none', ['migrate', '--bogus'], {}, 64],
])('%s are told before there is a connection', async (_name, args, env, code) => {
  await withOtlpReceiver(async (receiver) => {
    const run = await runRunner({
      args,
      env: {
        PGHOST: 'db',
        PGUSER: 'me',
        PGDATABASE: 'app',
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        ...env,
      },
    });
    expect(run.code).toBe(code);
    expect(receiver.span(`drizzle-gate ${args[0]}`)).toMatchObject({
      status: { code: 2 },
      attributes: { 'drizzle_gate.exit_code': code },
    });
    expect(value(receiver, 'RUN_END', { outcome: 'failed', exit_code: code })).toBeGreaterThan(0);
  });
});
