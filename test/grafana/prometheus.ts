import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitUntil } from '../support/wait';

export interface Answer {
  readonly metric: Readonly<Record<string, string>>;
  /** Seconds since 1970 and value. */
  readonly points: readonly (readonly [number, number])[];
}

/** What Grafana asks of a Prometheus. */
export interface Prometheus {
  at(expression: string, time: number): Promise<Answer[]>;
  range(expression: string, start: number, end: number, step: number): Promise<Answer[]>;
  labelValues(series: string, label: string, start: number, end: number): Promise<string[]>;
}

/** Starts a Prometheus on these samples (OpenMetrics), and ends it afterwards. Debian's `prometheus` brings the programs. */
export async function withPrometheus<T>(
  samples: string,
  use: (prometheus: Prometheus) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
  try {
    importSamples(folder, samples);
    writeFileSync(join(folder, 'prometheus.yml'), '');
    const port = await freePort();
    const server = spawn(
      'prometheus',
      [
        ...['--config.file', join(folder, 'prometheus.yml'), '--storage.tsdb.path', join(folder, 'data')],
        ...['--storage.tsdb.retention.time', '100y', '--web.listen-address', `127.0.0.1:${port}`],
      ],
      { stdio: 'ignore' },
    );
    const exit = once(server, 'exit');
    try {
      const address = `http://127.0.0.1:${port}`;
      await waitUntil('Prometheus is ready', async () => {
        if (server.exitCode !== null) throw new Error(`Prometheus ended with ${server.exitCode}`);
        return fetch(`${address}/-/ready`).then(
          ({ ok }) => ok,
          () => false,
        );
      });
      return await use(clientOf(address));
    } finally {
      server.kill('SIGKILL');
      await exit;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One block for all of it: promtool reads the whole file again for each, of which there would be one for two hours. */
function importSamples(folder: string, samples: string): void {
  const file = join(folder, 'samples.txt');
  writeFileSync(file, samples);
  const options = ['--max-block-duration=1000h', '-q'];
  execFileSync(
    'promtool',
    ['tsdb', 'create-blocks-from', 'openmetrics', ...options, file, join(folder, 'data')],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

interface Result {
  readonly metric: Record<string, string>;
  readonly value?: [number, string];
  readonly values?: [number, string][];
}

function clientOf(address: string): Prometheus {
  const ask = async (path: string, parameters: Record<string, string>) => {
    const response = await fetch(`${address}/api/v1/${path}?${new URLSearchParams(parameters)}`);
    const body = (await response.json()) as { status: string; error?: string; data: unknown };
    if (body.status !== 'success') throw new Error(`${body.error}\n${parameters.query ?? path}`);
    return body.data;
  };
  const query = async (path: string, parameters: Record<string, string>): Promise<Answer[]> => {
    const { result } = (await ask(path, parameters)) as { result: Result[] };
    return result.map(({ metric, value, values }) => ({
      metric,
      points: (values ?? (value ? [value] : [])).map(([time, number]) => [time, Number(number)] as const),
    }));
  };
  return {
    at: (expression, time) => query('query', { query: expression, time: String(time) }),
    range: (expression, start, end, step) =>
      query('query_range', {
        ...{ query: expression, start: String(start), end: String(end), step: String(step) },
      }),
    labelValues: async (series, label, start, end) =>
      (await ask(`label/${label}/values`, {
        ...{ 'match[]': series, start: String(start), end: String(end) },
      })) as string[],
  };
}
