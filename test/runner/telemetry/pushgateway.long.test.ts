import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { METRICS } from '../../../core/contract';
import { withDatabase } from '../../support/database';
import { migrationsFolder } from '../../support/migrations-folder';
import { environment, expectExit, named, runRunner } from '../../support/runner';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

/** Debian's prometheus-pushgateway. */
async function withPushgateway<T>(use: (url: string) => Promise<T>): Promise<T> {
  const address = `127.0.0.1:${await freePort()}`;
  // Debian's keeps what it was given for the next one, unless it has no file.
  const args = [`--web.listen-address=${address}`, '--persistence.file='];
  const child = spawn('prometheus-pushgateway', args, { stdio: 'ignore' });
  const failed = new Promise<never>((_, reject) => {
    child.once('error', () => reject(new Error("install Debian's prometheus-pushgateway")));
  });
  failed.catch(() => undefined);
  const url = `http://${address}`;
  try {
    const isThere = () =>
      fetch(`${url}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
    while (!(await Promise.race([isThere(), failed])))
      await new Promise((resolve) => setTimeout(resolve, 50));
    return await use(url);
  } finally {
    child.kill();
  }
}

const lines = async (url: string, metric: string) =>
  (await (await fetch(`${url}/metrics`)).text()).split('\n').filter((line) => line.startsWith(`${metric}{`));

test('a Pushgateway has one group a command and database, and one for where the schema stands', async () => {
  await withDatabase(async ({ url: database, name }) => {
    await withPushgateway(async (url) => {
      const one = { tag: '0000_one', sql: 'create table one (id int);' };
      const told = { PUSHGATEWAY_URL: url, OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=a/b' };
      const runs: string[] = [];
      const run = async (command: string, folder: string, pod: string) => {
        const env = environment(database, folder, { ...told, POD_NAME: pod });
        const result = await runRunner({ args: [command], env });
        expect(named(result, 'telemetry_unavailable')).toEqual([]);
        runs.push(String(result.end.run_id));
        return result;
      };
      const folder = migrationsFolder([one]);
      expectExit(await run('migrate', folder, 'pod-1'), 'OK');
      expectExit(await run('status', folder, 'pod-2'), 'OK');
      const labels = [`db_namespace="${name}"`, 'deployment_environment_name="a/b"', 'job="drizzle-gate"'];
      const ends = await lines(url, METRICS.RUN_END.prometheus);
      expect(ends).toHaveLength(2);
      for (const line of ends)
        for (const label of [...labels, 'outcome="succeeded"', 'exit_code="0"']) {
          expect(line).toContain(label);
        }
      expect(ends.map((line) => /command="(\w+)"/.exec(line)?.[1]).sort()).toEqual(['migrate', 'status']);
      // The next run replaces them, from whichever pod.
      const bad = migrationsFolder([one, { tag: '0001_bad', sql: 'select * from nowhere;' }]);
      expectExit(await run('migrate', bad, 'pod-3'), 'MIGRATION_FAILED');
      const after = await lines(url, METRICS.RUN_END.prometheus);
      expect(after.filter((line) => line.includes('command="migrate"'))).toEqual([
        expect.stringContaining('exit_code="82"'),
      ]);
      expect(await lines(url, METRICS.SCHEMA_VERSION.prometheus)).toEqual([
        expect.stringMatching(/migration="0000_one".* 1$/),
      ]);
      const text = await (await fetch(`${url}/metrics`)).text();
      const families = new Set([...text.matchAll(/^# TYPE (drizzle_gate_\w+) /gm)].map((match) => match[1]));
      const known: string[] = Object.values(METRICS).map(({ prometheus }) => prometheus);
      expect([...families].filter((family) => !known.includes(family ?? ''))).toEqual([]);
      expect(families.size).toBeGreaterThanOrEqual(7);
      // Of a pod or a run, a Pushgateway would keep a group for each of them, for ever.
      expect(runs).toHaveLength(3);
      for (const each of ['pod-', ...runs]) expect(text).not.toContain(each);
    });
  });
});
