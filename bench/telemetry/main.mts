import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { startEmbeddedServer } from '../../cli/src/server/embedded-server';

/** What telemetry may cost a run at most, whatever is wrong with the collector, in ms. */
const LIMIT_MS = 1000;

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '15' } } });
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1)
  throw new Error('usage: npm run bench:telemetry -- [--rounds N]');

/** In a process of its own, because this one waits for the runner. */
const COLLECTORS = `
const { createServer } = require('node:http');
const answering = createServer((request, response) => request.resume().on('end', () => response.end()));
const silent = createServer(() => undefined);
const ports = [answering, silent].map((server) => new Promise((resolve) =>
  server.listen(0, '127.0.0.1', () => resolve(server.address().port))));
Promise.all(ports).then((all) => process.send(all));
`;

async function withCollectors<T>(use: (answering: string, silent: string) => Promise<T>): Promise<T> {
  const { spawn } = await import('node:child_process');
  const child = spawn(process.execPath, ['-e', COLLECTORS], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  try {
    const ports = await new Promise<number[]>((resolve) => child.once('message', resolve as never));
    const [answering = '', silent = ''] = ports.map((port) => `http://127.0.0.1:${port}`);
    return await use(answering, silent);
  } finally {
    child.kill();
  }
}

/** Of a port where nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

function timed(env: Record<string, string>): number {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, ['runner/dist/runner.cjs', 'status'], {
    env: { PATH: process.env.PATH, MIGRATIONS_FOLDER: 'migrations', LOG_FORMAT: 'json', ...env },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`status ended with ${status}: ${stdout}${stderr}`);
  return performance.now() - started;
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

const server = await startEmbeddedServer([]);
try {
  await withCollectors(async (answering, silent) => {
    const database = { DATABASE_URL: server.url('postgres') };
    const dead = `http://127.0.0.1:${await closedPort()}`;
    const cases: Record<string, Record<string, string>> = {
      'no collector': {},
      'a collector': { OTEL_EXPORTER_OTLP_ENDPOINT: answering },
      'a Pushgateway': { PUSHGATEWAY_URL: answering },
      'a dead collector': { OTEL_EXPORTER_OTLP_ENDPOINT: dead },
      'a silent collector': { OTEL_EXPORTER_OTLP_ENDPOINT: silent },
      'a name that nobody has': { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://no-such-host.invalid:4318' },
    };
    const times = new Map<string, number[]>(Object.keys(cases).map((name) => [name, []]));
    // In turn, so that whatever else the machine does hits all of them.
    for (let round = 0; round < rounds; round++) {
      for (const [name, env] of Object.entries(cases)) times.get(name)?.push(timed({ ...database, ...env }));
    }
    const plain = median(times.get('no collector') ?? []);
    const rows = [...times].map(([name, all]) => ({
      name,
      median: Math.round(median(all)),
      more: Math.round(median(all) - plain),
    }));
    console.log(`runner status, ${rounds} rounds, in ms`);
    console.table(rows);
    if (rows.some(({ more }) => more > LIMIT_MS)) process.exitCode = 1;
  });
} finally {
  await server.stop();
}
