import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { writeImageFiles } from '../../cli/src/image/write-image-files';
import { DatabaseCredentials, MigrationJob, MigrationSource } from '../../lib';
import { writeFiles } from '../cli/support';
import { withDatabase } from '../support/database';
import { journalFiles } from '../support/write-migrations';
import { OTHER_BASE } from './support/base-image';
import { buildImage } from './support/build-image';
import { engine } from './support/engine';
import { runPod } from './support/run-pod';
import { synthesize } from './support/synthesize';
import { podOf } from './support/synthesized-pod';

const RUNNER = 'localhost/drizzle-gate-test-runner:1';
const IMAGE = 'localhost/drizzle-gate-test-service:1';

beforeAll(() => buildImage({ tag: RUNNER, base: OTHER_BASE, target: 'runner' }));

/** A repository of another team, with what may lie in such folders. */
function repository(folder: string, files: Readonly<Record<string, string | Buffer>>): string {
  const path = mkdtempSync(join(process.env.TEST_CONTAINER_FOLDER ?? '', 'service-'));
  const inFolder = Object.entries(files).map(([name, text]) => [join(folder, name), String(text)]);
  const stray = { 'src/server.ts': 'code', '.env': 'SECRET=1', [join(folder, '.env')]: 'SECRET=1' };
  return writeFiles(path, { ...stray, ...Object.fromEntries(inFolder), [join(folder, 'schema.ts')]: 'code' });
}

/** Builds what `drizzle-gate image` writes, and gives the names in the migrations folder of the image. */
async function build(context: string, folder: string): Promise<string[]> {
  const output = join(context, 'Dockerfile.migrations');
  const migrations = join(context, folder);
  const silent = { print: () => undefined, emit: () => undefined };
  writeImageFiles({
    ...{ base: RUNNER, migrations, context, output, force: false, stdout: false, version: '1', ...silent },
  });
  await engine(['build', '--no-cache', '--quiet', '--file', output, '--tag', IMAGE, context]);
  const script = "fs.readdirSync('/app/migrations', { recursive: true }).sort().join()";
  const run = ['run', '--rm', '--pull=never', '--network', 'none', '--entrypoint', 'node'];
  return (await engine([...run, IMAGE, '-p', script])).split(',');
}

/** The Job of that team, which refuses an image with other migrations. */
const jobFor = (localFolder: string) =>
  synthesize((chart) => {
    new MigrationJob(chart, 'Job', {
      image: IMAGE,
      credentials: DatabaseCredentials.fromUrlSecret('login'),
      migrations: MigrationSource.fromImage({ localFolder }),
    });
  });

test.each([
  [
    'a folder of drizzle-kit 0.x',
    'drizzle',
    journalFiles([{ tag: '0000_one', sql: 'create table one ();', rollback: 'drop table one;' }], {
      'meta/0000_snapshot.json': '{}',
    }),
    ['0000_one.sql', 'meta', 'meta/_journal.json', 'rollback', 'rollback/0000_one.sql'],
  ],
  [
    'a folder of drizzle-kit 1.x, deeper and with a space in its name',
    'packages/our db/out',
    {
      '20260101000000_one/migration.sql': 'create table one ();',
      '20260101000000_one/snapshot.json': '{}',
      '20260101000000_one/rollback.sql': 'drop table one;',
    },
    ['20260101000000_one', '20260101000000_one/migration.sql', '20260101000000_one/rollback.sql'],
  ],
])('%s', (_name, folder, files, names) =>
  withDatabase(async ({ url, sql }) => {
    const context = repository(folder, files);
    expect(await build(context, folder)).toEqual(names);
    const pod = podOf(jobFor(join(context, folder)), { secrets: { login: { DATABASE_URL: url } } });
    expect((await runPod(pod)).map(({ code }) => code)).toEqual([0, 0]);
    expect(await sql`select to_regclass('one') as one`).toEqual([{ one: 'one' }]);
  }),
);
