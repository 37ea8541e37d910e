import { join } from 'node:path';
import { createEventPrinter } from '../../cli/src/rehearse/event-printer';
import { type Container, type Manifest, readManifest } from '../../cli/src/rehearse/manifest';
import { runJob } from '../../cli/src/rehearse/run-job';
import { ROOT } from '../support/synth-main';
import { withFolder } from './support';

const reference = readManifest(join(ROOT, 'dist', 'db-migration.yaml'));
const UNREACHABLE = { DATABASE_URL: 'postgresql://nobody:nothing@127.0.0.1:1/nowhere?sslmode=disable' };

/** The reference Job with another spec, whose containers wait for no database. */
function withSpec(change: object): Manifest {
  return { ...reference, job: { ...reference.job, spec: { ...reference.job.spec, ...change } } };
}

async function run(
  manifest: Manifest,
  overrides: Readonly<Record<string, string>> = {},
  signal?: AbortSignal,
) {
  const lines: string[] = [];
  const print = (line: string) => void lines.push(line);
  const result = await withFolder((scratch) =>
    runJob(
      manifest,
      {
        database: { description: '', environment: UNREACHABLE, sql: undefined as never },
        migrations: join(ROOT, 'migrations'),
        scratch,
        overrides: { CONNECT_RETRY_SECONDS: '0', ...overrides },
        signal: signal ?? new AbortController().signal,
      },
      { print, printEvent: createEventPrinter(print, { verbose: true }) },
    ),
  );
  return { ...result, lines, starts: lines.filter((line) => line.startsWith('  ┌ ')) };
}

describe('runJob, with the real runner', () => {
  test('an unreachable database (69) is tried again backoffLimit times', async () => {
    const { condition, exitCode, attempts, starts, lines } = await run(withSpec({ backoffLimit: 2 }));
    expect({ condition, exitCode, attempts }).toEqual({ condition: 'Failed', exitCode: 69, attempts: 3 });
    expect(starts).toEqual(Array(3).fill('  ┌ pre-flight-check  (args: preflight)'));
    expect(lines.at(-1)).toBe('  Job Failed: backoffLimit 2 reached');
  });

  test('with backoffLimit 0 it is tried once', async () => {
    expect(await run(withSpec({ backoffLimit: 0 }))).toMatchObject({ condition: 'Failed', attempts: 1 });
  });

  test('a wrong configuration (78) fails the Job at once', async () => {
    const { condition, exitCode, attempts, lines } = await run(reference, { LOCK_RETRIES: 'many' });
    expect({ condition, exitCode, attempts }).toEqual({ condition: 'Failed', exitCode: 78, attempts: 1 });
    expect(lines.at(-1)).toBe('  Job Failed: podFailurePolicy says FailJob');
  });

  test('without a failure policy even 78 is tried again', async () => {
    const manifest = withSpec({ backoffLimit: 1, podFailurePolicy: undefined });
    expect(await run(manifest, { LOCK_RETRIES: 'many' })).toMatchObject({ exitCode: 78, attempts: 2 });
  });

  test('the containers run in order, and all of them complete the Job', async () => {
    const quick = (name: string): Container => ({ name, image: 'x', args: ['--version'] });
    const spec = { initContainers: [quick('first')], containers: [quick('second')] };
    const { condition, exitCode, attempts, starts } = await run(withSpec({ template: { spec } }));
    expect({ condition, exitCode, attempts }).toEqual({ condition: 'Complete', exitCode: 0, attempts: 1 });
    expect(starts).toEqual(['  ┌ first  (args: --version)', '  ┌ second  (args: --version)']);
  });

  test('a sidecar, which would never end, is left out, and the rest goes on', async () => {
    const proxy: Container = {
      name: 'proxy',
      image: 'proxy:1',
      args: ['--port=5432'],
      restartPolicy: 'Always',
    };
    const quick: Container = { name: 'migrate', image: 'x', args: ['--version'] };
    const spec = { initContainers: [proxy], containers: [quick] };
    const { condition, starts, lines } = await run(withSpec({ template: { spec } }));
    expect(condition).toBe('Complete');
    expect(starts).toEqual(['  ┌ migrate  (args: --version)']);
    expect(lines[0]).toBe('  sidecar proxy: not started, because a rehearsal has its database without one');
  });

  test('an interrupt ends the running container', async () => {
    const interrupted = run(reference, { CONNECT_RETRY_SECONDS: '60' }, AbortSignal.timeout(500));
    await expect(interrupted).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});
