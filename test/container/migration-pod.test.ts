import { summaryOf } from '../../cli/src/cluster/follow/summary-of';
import { assertNoCanary } from '../support/canary';
import { withDatabase } from '../support/database';
import { withOwnLogin } from './support/own-login';
import { commandLines } from './support/process-list';
import type { Ended } from './support/run-container';
import { runPod } from './support/run-pod';
import { MIGRATION, podOf, ROLLBACK, urlSecret } from './support/synthesized-pod';

const codes = (ended: readonly Ended[]) => ended.map(({ name, code }) => [name, code]);
const messageOf = (ended: Ended | undefined) => summaryOf(ended?.termination);

test('the synthesized Job migrates: first the check, then the migrations; nobody sees the password', () =>
  withOwnLogin(async ({ url, sql }) => {
    const seen: string[] = [];
    const ended = await runPod(podOf(MIGRATION, { secrets: urlSecret(url) }), {
      onLine: () => seen.push(...commandLines()),
    });
    expect(codes(ended)).toEqual([
      ['pre-flight-check', 0],
      ['migrate', 0],
    ]);
    const [check, migrate] = ended;
    expect(Date.parse(check?.state.FinishedAt ?? '')).toBeLessThanOrEqual(
      Date.parse(migrate?.state.StartedAt ?? ''),
    );
    expect(messageOf(migrate)).toMatchObject({ command: 'migrate', outcome: 'succeeded' });
    expect(await sql`select count(*)::int as applied from drizzle.__drizzle_migrations`).toEqual([
      { applied: 14 },
    ]);
    expect(seen.some((line) => line.includes('/app/runner.cjs migrate'))).toBe(true);
    assertNoCanary({
      'the process list': seen.join('\n'),
      ...Object.fromEntries(
        ended.flatMap(({ name, logs, termination }) => [
          [`the log of ${name}`, logs],
          [`the termination message of ${name}`, termination],
        ]),
      ),
    });
  }));

test('the synthesized rollback is refused (85) by its first container until it is confirmed; the second is never created', () =>
  withDatabase(async ({ url, sql }) => {
    expect(codes(await runPod(podOf(MIGRATION, { secrets: urlSecret(url) })))).toContainEqual(['migrate', 0]);
    const refused = await runPod(podOf(ROLLBACK, { secrets: urlSecret(url) }));
    expect(codes(refused)).toEqual([['pre-rollback-check', 85]]);
    expect(messageOf(refused[0])).toMatchObject({ exitCode: 85 });
    expect(await sql`select count(*)::int as applied from drizzle.__drizzle_migrations`).toEqual([
      { applied: 14 },
    ]);
  }));

test('what the first container refuses (78, a setting that does not exist), the second never sees', () =>
  withDatabase(async ({ url, sql }) => {
    const secrets = urlSecret(`${url}?sslmode=verify-what`);
    const ended = await runPod(podOf(MIGRATION, { secrets }), { network: 'none' });
    expect(codes(ended)).toEqual([['pre-flight-check', 78]]);
    expect(messageOf(ended[0])).toMatchObject({ exitCode: 78 });
    expect(await sql`select to_regclass('drizzle.__drizzle_migrations') as history`).toEqual([
      { history: null },
    ]);
  }));
