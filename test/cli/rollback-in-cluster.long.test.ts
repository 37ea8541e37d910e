import { PassThrough } from 'node:stream';
import type { V1Job } from '@kubernetes/client-node';
import { showLogs } from '../../cli/src/cluster/logs/show-logs';
import { rollBack } from '../../cli/src/rollback/run/run-in-cluster';
import { withDatabase } from '../support/database';
import { migrationsFolder } from '../support/migrations-folder';
import { environment, runRunner } from '../support/runner';
import { inMemoryContext, ObjectsInMemory, ROLLBACK_FILE } from './in-cluster-support';

const FOLDER = migrationsFolder(
  [
    { tag: '0000_one', sql: 'create table one (a int)' },
    { tag: '0001_two', sql: 'create table two (a int)' },
  ],
  { '0001_two.down.sql': 'drop table two;' },
);
const FLAGS = { file: ROLLBACK_FILE };

function terminal(answer: string) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  output.once('data', () => input.write(`${answer}\n`));
  return { input, output, signal: new AbortController().signal };
}

/** A database with both migrations, and pods that reach it. */
async function withPods(
  use: (
    pods: ReturnType<typeof inMemoryContext> & {
      memory: ObjectsInMemory;
      database: string;
      tables: () => Promise<string[]>;
    },
  ) => Promise<void>,
): Promise<void> {
  await withDatabase(async ({ url, sql }) => {
    expect((await runRunner({ args: ['migrate'], env: environment(url, FOLDER) })).code).toBe(0);
    const memory = new ObjectsInMemory();
    const pods = inMemoryContext(memory, {
      ...{ DATABASE_URL: url, MIGRATIONS_FOLDER: FOLDER, MIGRATIONS_DIGEST: '', ROLLBACK_FOLDER: '' },
      ROLLBACK_DELAY_SECONDS: '0',
    });
    const tables = async () =>
      (await sql`select relname from pg_class where relnamespace = 'public'::regnamespace`).map(
        ({ relname }) => relname,
      );
    await use({ ...pods, memory, database: new URL(url).pathname.slice(1), tables });
  });
}

const jobsIn = ({ applied }: ObjectsInMemory) => applied.filter(({ kind }) => kind === 'Job') as V1Job[];

test.concurrent('without a person or a token it shows the plan of a pod and ends with 85', () =>
  withPods(async ({ context, told, memory, tables }) => {
    const refused = rollBack({ to: '0000' }, FLAGS, context, undefined);
    await expect(refused).rejects.toMatchObject({
      exitCode: 85,
      remedy: expect.stringMatching(
        /run: drizzle-gate rollback run --to 0000 --in-cluster --file \S+ --confirm \S+$/,
      ),
    });
    expect(told.stdout).toContain('0001_two');
    expect(jobsIn(memory).map(({ metadata }) => metadata?.labels?.['drizzle-gate/short-job'])).toEqual([
      'rollback-plan',
    ]);
    expect(await tables()).toEqual(['one', 'two']);
  }));

test.concurrent('a person who types the name of the database gets the RollbackJob of the manifest, confirmed', () =>
  withPods(async ({ context, told, memory, tables, database }) => {
    expect(await rollBack({ to: '0000' }, FLAGS, context, terminal(database))).toBe(0);
    expect(told.stdout).not.toContain('to carry out exactly this plan');
    const [plan, job] = jobsIn(memory);
    expect(job?.metadata?.name).toMatch(/^db-rollback-[0-9a-f]{8}$/);
    expect(job?.metadata?.labels).not.toHaveProperty('drizzle-gate/short-job');
    expect(memory.calls.filter((call) => call.startsWith('remove'))).toEqual(['remove Job db-rollback-plan']);
    expect(plan?.spec?.template.spec?.volumes).toEqual(job?.spec?.template.spec?.volumes);
    expect(await tables()).toEqual(['one']);
  }));

test.concurrent('another name changes nothing', () =>
  withPods(async ({ context, memory, tables }) => {
    await expect(rollBack({ to: '0000' }, FLAGS, context, terminal('shop'))).rejects.toMatchObject({
      exitCode: 85,
    });
    expect(jobsIn(memory)).toHaveLength(1);
    expect(await tables()).toEqual(['one', 'two']);
  }));

test.concurrent('a token that is not of this plan is refused by the pod, with the command that confirms it', () =>
  withPods(async ({ context, told, tables }) => {
    expect(await rollBack({ to: '0000', confirm: 'x' }, FLAGS, context, undefined)).toBe(85);
    expect(told.stdout).toMatch(
      /run: drizzle-gate rollback run --to 0000 --in-cluster --file \S+ --confirm \S+\n/,
    );
    expect(await tables()).toEqual(['one', 'two']);
  }));

test('a Job whose pods are gone has no log, one that is not there is named', async () => {
  const memory = new ObjectsInMemory();
  const { context, told } = inMemoryContext(memory, {});
  await expect(showLogs({ job: 'nope' }, { namespace: 'shop' }, context)).rejects.toMatchObject({
    exitCode: 87,
    message: 'the namespace shop has no Job nope',
  });
  memory.objects.push({ kind: 'Job', metadata: { name: 'one', uid: 'u' } });
  expect(await showLogs({ job: 'one' }, { namespace: 'shop' }, context)).toBe(0);
  expect(told.stderr).toContain('there is no pod of this Job any more');
});
