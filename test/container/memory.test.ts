import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { withDatabase } from '../support/database';
import type { Running } from './support/run-container';
import { runPod } from './support/run-pod';
import { MIGRATION, podOf, probePod, urlSecret } from './support/synthesized-pod';

const MEBIBYTE = 1024 ** 2;
/** What the manifest allows. */
const LIMIT = 256 * MEBIBYTE;
const IDLE_LIMIT = 80 * MEBIBYTE;
const UNREACHABLE = 'postgresql://nobody:nothing@127.0.0.1:1/nowhere?sslmode=disable';

/** Runs the program itself, and says in the end what the kernel counted for the whole container. */
const MEASURED = `
const fs = require('node:fs');
const FILES = ['/sys/fs/cgroup/memory.peak', '/sys/fs/cgroup/memory/memory.max_usage_in_bytes'];
process.argv.splice(1, 0, '/app/runner.cjs', 'migrate');
process.on('exit', () => fs.writeSync(1, 'peak=' + fs.readFileSync(FILES.find((file) => fs.existsSync(file)), 'utf8')));
import('/app/runner.cjs');
`;

/** Ends by itself at four times the limit: where there is none, the machine must survive the test. */
const HUNGRY =
  'const all = []; while (all.length < 256) all.push(Buffer.alloc(4 * 1024 * 1024, 1)); console.log(all.length)';

test('a migration of the reference schema needs less than half of what the manifest allows', () =>
  withDatabase(async ({ url, sql }) => {
    const pod = podOf(MIGRATION, { secrets: urlSecret(url) });
    const [ended] = await runPod(probePod(pod, 'migrate', MEASURED));
    expect(ended).toMatchObject({ code: 0 });
    expect(await sql`select count(*)::int as applied from drizzle.__drizzle_migrations`).toEqual([
      { applied: 14 },
    ]);
    const [, peak] = /peak=(\d+)/.exec(ended?.logs ?? '') ?? [];
    expect(Number(peak)).toBeGreaterThan(20 * MEBIBYTE);
    expect(Number(peak)).toBeLessThan(LIMIT / 2);
  }));

test('while it waits for a database it has less than 80 MB', async () => {
  let resident: Promise<number> | undefined;
  const measure = async (running: Running) => {
    await sleep(1500);
    const { Pid } = await running.state();
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${Pid}/status`, 'utf8')) ?? [];
    await running.stop();
    return Number(kilobytes) * 1024;
  };
  const pod = podOf(MIGRATION, { secrets: urlSecret(UNREACHABLE) });
  const ended = await runPod(pod, {
    onLine: (_line, running) => {
      resident ??= measure(running);
    },
  });
  expect(ended.map(({ name, code }) => [name, code])).toEqual([['pre-flight-check', 75]]);
  expect(await resident).toBeGreaterThan(20 * MEBIBYTE);
  expect(await resident).toBeLessThan(IDLE_LIMIT);
});

test('a program that wants more than the limit is killed, and nothing else is', async () => {
  const pod = podOf(MIGRATION, { secrets: urlSecret(UNREACHABLE) });
  const [ended] = await runPod(probePod(pod, 'migrate', HUNGRY), { network: 'none' });
  expect(ended).toMatchObject({ code: 137 });
});

test("a heap that grows too far ends with V8's own message, before the kernel ends it without one", async () => {
  const heap =
    'const all = []; while (all.length < 1300) all.push(new Array(100_000).fill(all.length + 0.5));';
  const pod = podOf(MIGRATION, { secrets: urlSecret(UNREACHABLE) });
  const [ended] = await runPod(probePod(pod, 'migrate', heap), { network: 'none' });
  expect(ended?.logs).toContain('JavaScript heap out of memory');
  // Process 1 ignores the signal that abort() sends to itself, and dies of what the C library tries next.
  expect(ended?.code).toBeGreaterThan(128);
  expect(ended?.code).not.toBe(137);
});
