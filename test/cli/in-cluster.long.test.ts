import { runCall } from '../../cli/src/cluster/short-job/run-in-cluster';
import { showStatus } from '../../cli/src/cluster/status/status-in-cluster';
import { namesDatabase } from '../../cli/src/commands/in-cluster';
import { withDatabase } from '../support/database';
import { migrationsFolder } from '../support/migrations-folder';
import { runRunner } from '../support/runner';
import { asLive, inMemoryContext, jobOf, MIGRATION_FILE, ObjectsInMemory } from './in-cluster-support';
import { drizzleGate, withFolder } from './support';

const FOLDER = migrationsFolder([{ tag: '0000_one', sql: 'create table one (a int)' }], { 'orphan.sql': '' });
const FLAGS = { file: MIGRATION_FILE };
const inPod = (url: string) => ({ DATABASE_URL: url, MIGRATIONS_FOLDER: FOLDER, MIGRATIONS_DIGEST: '' });

test.concurrent('output and exit code are those of the command here', () =>
  withDatabase(async ({ url }) => {
    const memory = new ObjectsInMemory();
    const { context, told } = inMemoryContext(memory, inPod(url));
    const args = ['status', '--json', '--check'];
    const here = await runRunner({ args, env: { ...inPod(url), LOG_FORMAT: 'text' } });
    expect(here.code).toBe(81);
    expect(await runCall({ args, isWriting: false }, FLAGS, context)).toBe(81);
    expect(told.stdout).toBe(here.stdout);
    for (const line of here.stderr.trimEnd().split('\n')) expect(told.stderr).toContain(line);
  }));

test.concurrent('what the Job needs is made where it is missing, and the Job goes at its end', () =>
  withDatabase(async ({ url }) => {
    const memory = new ObjectsInMemory();
    const { context, told } = inMemoryContext(memory, inPod(url));
    expect(await runCall({ args: ['migrate'], isWriting: true, isRetried: true }, FLAGS, context)).toBe(0);
    expect(told.stdout).toContain('applied 0000_one');
    expect(memory.calls).toEqual([
      ...['ServiceAccount', 'Role', 'RoleBinding'].map((kind) => `apply ${kind} teei-db-migration`),
      'apply ConfigMap teei-migration-scripts',
      'apply NetworkPolicy teei-db-migration',
      'apply Job db-migration-migrate',
      'remove Job db-migration-migrate',
    ]);
    memory.calls.length = 0;
    await runCall({ args: ['preflight'], isWriting: false }, FLAGS, context);
    expect(memory.calls).toEqual(['apply Job db-migration-preflight', 'remove Job db-migration-preflight']);
  }));

test.concurrent('a remedy repeats the command with the flags of the cluster', () =>
  withDatabase(async ({ url, sql }) => {
    await sql`create table one (a int)`;
    const { context, told } = inMemoryContext(new ObjectsInMemory(), inPod(url));
    const flags = { ...FLAGS, namespace: 'shop' };
    expect(await runCall({ args: ['baseline', '--to=0000'], isWriting: true }, flags, context)).toBe(85);
    expect(told.stdout).toMatch(
      /run: drizzle-gate baseline --to=0000 --in-cluster --namespace shop --file \S+db-migration\.yaml --confirm [0-9a-f-]{14}\n/,
    );
  }));

test.concurrent('the status has the last runs first, and in the document of a program', () =>
  withDatabase(async ({ url }) => {
    const memory = new ObjectsInMemory();
    const { context, told } = inMemoryContext(memory, {
      ...inPod(url),
      IMAGE: 'shop:1',
      JOB_NAME: 'db-migration-1',
    });
    await runCall({ args: ['migrate'], isWriting: true }, FLAGS, context);
    told.stdout = '';
    expect(await showStatus(['status'], FLAGS, context)).toBe(0);
    expect(told.stdout).toMatch(
      /migrate │ succeeded │ .*0000_one +│ shop:1 │ db-migration-1 [\s\S]*1 applied, 0 pending/,
    );
    told.stdout = '';
    await showStatus(['status', '--json'], FLAGS, context);
    expect(JSON.parse(told.stdout)).toMatchObject({
      migrations: [{ migration: '0000_one', state: 'applied' }],
      runs: [{ command: 'migrate', outcome: 'succeeded', image: 'shop:1', job: 'db-migration-1' }],
    });
  }));

test(
  'without a manifest the newest Job of the cluster is the model; several databases must be told apart',
  () =>
    withFolder(async (folder) => {
      const gate = jobOf(MIGRATION_FILE);
      const old = asLive(gate, 'old', '2026-01-01T00:00:00Z');
      const recent = asLive(gate, 'new', '2026-02-01T00:00:00Z');
      Object.assign(recent.spec?.template.spec?.containers[0] ?? {}, { image: 'shop:2' });
      const other = asLive(gate, 'other', '2026-03-01T00:00:00Z');
      Object.assign(other.spec?.template.metadata?.labels ?? {}, { 'app.kubernetes.io/instance': 'orders' });
      const memory = new ObjectsInMemory([old, recent]);
      const { context } = inMemoryContext(memory, {
        ...inPod('postgresql://me@127.0.0.1:1/db'),
        CONNECT_RETRY_SECONDS: '0',
      });
      const call = { args: ['status'], isWriting: false };
      expect(await runCall(call, { live: true }, context)).toBe(69);
      expect(memory.applied.map((job) => JSON.stringify(job))).toEqual([
        expect.stringContaining('"image":"shop:2"'),
      ]);
      memory.objects.push(other);
      await expect(runCall(call, { live: true }, context)).rejects.toMatchObject({
        exitCode: 64,
        message: 'the namespace shop has the Jobs of 2 databases: orders, teei-db-migration',
        remedy: 'choose the database with --instance',
      });
      expect(await runCall(call, { live: true, instance: 'orders' }, context)).toBe(69);
      const missing = `${folder}/none.yaml`;
      await expect(runCall(call, { file: missing }, context)).rejects.toMatchObject({ exitCode: 78 });
      await expect(runCall(call, { live: true, instance: 'x' }, context)).rejects.toMatchObject({
        exitCode: 87,
      });
    }),
  90_000,
);

test("a namespace that is not the manifest's is refused", async () => {
  await withFolder(async (folder) => {
    const { writeFileSync, readFileSync } = await import('node:fs');
    const file = `${folder}/a.yaml`;
    writeFileSync(
      file,
      readFileSync(MIGRATION_FILE, 'utf8').replace(
        '  name: db-migration-',
        '  namespace: shop\n  name: db-migration-',
      ),
    );
    const { context } = inMemoryContext(new ObjectsInMemory(), {});
    const call = { args: ['status'], isWriting: false };
    await expect(runCall(call, { file, namespace: 'other' }, context)).rejects.toMatchObject({
      exitCode: 64,
      remedy: 'leave --namespace out, or give --namespace shop',
    });
  });
});

test.each([
  [{}, false],
  [{ PGPASSWORD: 'x', PGPORT: '5432', PGUSER: 'me' }, false],
  [{ DATABASE_URL: '' }, false],
  [{ DATABASE_URL_FILE: '/run/url' }, true],
  [{ PGHOST: 'db' }, true],
  [{ PGDATABASE: 'shop' }, true],
])('an environment of %j names a database: %j', (environment, expected) => {
  expect(namesDatabase(environment)).toBe(expected);
});

describe('where a command runs', () => {
  const none = { KUBECONFIG: '/nowhere', HOME: '/nowhere' };
  test('status goes to the cluster by itself where no database is named, and says so', async () => {
    const { code, stderr } = await drizzleGate(['status'], { env: none });
    expect(stderr).toContain(
      'the environment names no database (DATABASE_URL, PGHOST …), so this asks the cluster',
    );
    expect(code).toBe(78);
  });

  test.each([
    [['migrate', '--namespace', 'shop'], '--namespace is for a command that runs in the cluster'],
    [
      ['migrate', '--in-cluster', '--migrations', 'x'],
      'in the cluster the migrations are those of the image',
    ],
    [
      ['status', '--in-cluster', '--live', '--file', 'x'],
      "option '--live' cannot be used with option '--file <path>'",
    ],
  ])('%j is wrong usage', async (args, message) => {
    const { code, stderr } = await drizzleGate(args, { env: none });
    expect(code).toBe(64);
    expect(stderr).toContain(message);
  });

  test('other commands stay here', async () => {
    const { code, stdout } = await drizzleGate(['migrate'], { env: { ...none, LOG_FORMAT: 'text' } });
    expect(code).toBe(78);
    expect(stdout).toContain('DATABASE_URL');
  });
});
