import { measureProcess } from '../../bench/support/measure-process';

const node = (program: string) => [process.execPath, '-e', program];

/** Keeps a child busy for a while with much memory. */
const BUSY = `
const end = performance.now() + 300;
const bytes = Buffer.alloc(150e6, 1);
while (performance.now() < end) bytes[0] += 1;`;

test('time, work and memory of a child are those of the command', async () => {
  const program = `require('node:child_process').spawnSync(process.execPath, ['-e', ${JSON.stringify(BUSY)}])`;
  const cost = await measureProcess({ line: node(program) });
  expect(cost.wallMs).toBeGreaterThan(300);
  expect(cost.cpuMs).toBeGreaterThan(100);
  expect(cost.peakMb).toBeGreaterThan(150);
});

test('nothing of the process that measures is counted', async () => {
  const much = Buffer.alloc(200e6, 1);
  const cost = await measureProcess({ line: node('0') });
  expect(cost.peakMb).toBeLessThan(100);
  expect(much.length).toBe(200e6);
});

test('a command that fails is told with what it printed', async () => {
  const measured = measureProcess({ line: node('console.error("no such table"); process.exit(3)') });
  await expect(measured).rejects.toThrow(/ended with 3:\nno such table$/);
});

test('the environment is what it is given', async () => {
  await measureProcess({
    line: node('process.exit(process.env.GIVEN === "1" && !process.env.NODE_OPTIONS ? 0 : 1)'),
    env: { GIVEN: '1' },
  });
});
