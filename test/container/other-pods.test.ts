import { Duration } from 'cdk8s';
import { summaryOf } from '../../cli/src/cluster/follow/summary-of';
import { migrationsFolder } from '../support/migrations-folder';
import { type Login, withOwnLogin } from './support/own-login';
import type { Cluster } from './support/pod-plan';
import type { Ended } from './support/run-container';
import { runPod } from './support/run-pod';
import { jobWithConfigMap } from './support/synthesize';
import { podOf } from './support/synthesized-pod';

const codes = (ended: readonly Ended[]) => ended.map(({ name, code }) => [name, code]);
const messageOf = (ended: Ended | undefined) => summaryOf(ended?.termination);

const separateKeys = ({ host, port, database, user, password }: Login): Cluster['secrets'] => ({
  'db-login': { PGHOST: host, PGPORT: port, PGDATABASE: database, PGUSER: user, PGPASSWORD: password },
});

test('separate keys, and migrations from a ConfigMap as kubelet mounts it, with links', () =>
  withOwnLogin(async (login) => {
    const folder = migrationsFolder([
      { tag: '0000_one', sql: 'create table one ();' },
      { tag: '0001_two', sql: 'create table two ();' },
    ]);
    const ended = await runPod(podOf(jobWithConfigMap(folder), { secrets: separateKeys(login) }));
    expect(codes(ended)).toEqual([
      ['pre-flight-check', 0],
      ['migrate', 0],
    ]);
    expect(await login.sql`select to_regclass('one') as one, to_regclass('two') as two`).toEqual([
      { one: 'one', two: 'two' },
    ]);
  }));

test('a check that refuses ends with 80, and a migration that fails with 82, naming it', () =>
  withOwnLogin(async (login) => {
    const folder = migrationsFolder([{ tag: '0000_one', sql: 'create table one (); select nothing;' }]);
    const pod = podOf(jobWithConfigMap(folder), { secrets: separateKeys(login) });
    const setReadOnly = (value: string) =>
      login.sql.unsafe(`alter role ${login.user} set default_transaction_read_only = ${value}`);
    await setReadOnly('on');
    expect(codes(await runPod(pod))).toEqual([['pre-flight-check', 80]]);
    await setReadOnly('off');
    const ended = await runPod(pod);
    expect(codes(ended)).toEqual([
      ['pre-flight-check', 0],
      ['migrate', 82],
    ]);
    expect(messageOf(ended[1])).toMatchObject({ exitCode: 82, migration: '0000_one', sqlstate: '42703' });
  }));

test('without a network it gives up (69) when the time for retries is over', () =>
  withOwnLogin(async (login) => {
    const folder = migrationsFolder([{ tag: '0000_one', sql: 'create table one ();' }]);
    const manifest = jobWithConfigMap(folder, { connectRetry: Duration.seconds(2) });
    const started = Date.now();
    const ended = await runPod(podOf(manifest, { secrets: separateKeys(login) }), { network: 'none' });
    expect(codes(ended)).toEqual([['pre-flight-check', 69]]);
    expect(Date.now() - started).toBeLessThan(15_000);
  }));

test('a stop ends the statement at once (75), and no session stays behind', () =>
  withOwnLogin(async (login) => {
    const folder = migrationsFolder([{ tag: '0000_slow', sql: 'select pg_sleep(120);' }]);
    const pod = podOf(jobWithConfigMap(folder), { secrets: separateKeys(login) });
    let stopped = 0;
    const ended = await runPod(pod, {
      onLine: (line, running) => {
        if (stopped > 0 || running.name !== 'migrate' || !line.includes('0000_slow')) return;
        stopped = Date.now();
        void running.stop();
      },
    });
    expect(stopped).toBeGreaterThan(0);
    expect(codes(ended)).toEqual([
      ['pre-flight-check', 0],
      ['migrate', 75],
    ]);
    expect(pod.graceSeconds).toBe(60);
    expect(Date.now() - stopped).toBeLessThan(15_000);
    expect(await login.sql`select pid from pg_stat_activity where usename = ${login.user}`).toEqual([]);
  }));
