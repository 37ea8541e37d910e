import { parseArgs } from 'node:util';
import { makeTemporaryFolder } from '../../cli/src/server/temporary-folder';
import { FEATURES, killMigrations } from '../kill/migrations';
import { describeEnd, takeReference } from '../kill/reference';
import { migrate, runKilled, type Target } from '../kill/run-killed';
import { differences, readLeftovers, readSnapshot } from '../kill/snapshot';
import { withServerAndFolder } from '../kill/with-server-and-folder';
import { withDatabase } from '../support/database';
import { type FolderMigration, writeMigrations } from '../support/write-migrations';

const USAGE = `usage: npm run test:crowd -- [runners] [--without ${FEATURES.join(',')}]`;

/** Many runners may wait for one another longer than a single one. */
const ENV = { LOCK_WAIT_SECONDS: '300', CONNECT_RETRY_SECONDS: '60' };

interface Options {
  readonly runners: number;
  readonly migrations: readonly FolderMigration[];
}

function readOptions(): Options {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { without: { type: 'string', default: '' } },
  });
  const runners = Number(positionals[0] ?? '50');
  const names = values.without.split(',').filter(Boolean);
  const without = FEATURES.filter((feature) => names.includes(feature));
  if (!Number.isInteger(runners) || runners < 2 || without.length !== names.length) throw new Error(USAGE);
  return { runners, migrations: killMigrations(without) };
}

/** Brings a database to where the crowd finds it. */
type Prepare = (target: Target) => Promise<void>;

async function expectSuccess(running: ReturnType<typeof migrate>): Promise<void> {
  const result = await running;
  if (result.code !== 0) throw new Error(`the run before the crowd failed: ${describeEnd(result)}`);
}

function starts({ migrations }: Options, half: string, events: number): Record<string, Prepare> {
  writeMigrations(half, migrations.slice(0, migrations.length / 2));
  return {
    'a fresh database': async () => undefined,
    'a half-migrated database': ({ url }) => expectSuccess(migrate({ url, folder: half })),
    'a database whose last run was killed': async (target) => {
      await runKilled(target, { kind: 'event', name: 'any', nth: Math.ceil(events / 2), after: 0 });
    },
  };
}

async function main(): Promise<number> {
  const options = readOptions();
  const half = makeTemporaryFolder('drizzle-gate-crowd-');
  let failed = 0;
  await withServerAndFolder(options.migrations, async (folder) => {
    const { snapshot, profile } = await takeReference(folder, 1);
    for (const [name, prepare] of Object.entries(starts(options, half.path, profile.events.length))) {
      await withDatabase(async ({ url, sql }) => {
        await prepare({ url, folder });
        const started = Date.now();
        const results = await Promise.all(
          Array.from({ length: options.runners }, () => migrate({ url, folder }, ENV)),
        );
        const wrong = [
          ...results.filter(({ code }) => code !== 0).map(describeEnd),
          ...(await readLeftovers(sql)),
          ...differences(snapshot, await readSnapshot(sql)),
        ];
        if (wrong.length > 0) failed++;
        console.log(
          `${wrong.length === 0 ? 'proven' : 'FAILED'}: ${options.runners} runners at once on ${name}, ${Date.now() - started} ms`,
        );
        for (const line of wrong.slice(0, 20)) console.error(`  ${line}`);
      });
    }
  }).finally(() => half.remove());
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  return 1;
});
