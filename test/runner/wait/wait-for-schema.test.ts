import { expectSchema, type HistoryRow } from '../../../core/journal';
import { GateError } from '../../../runner/src/errors/gate-error';
import { newerThan } from '../../../runner/src/wait/judge';
import type { Sight } from '../../../runner/src/wait/look';
import { nextPause } from '../../../runner/src/wait/next-pause';
import { requirementOf } from '../../../runner/src/wait/requirement';
import { waitForSchema } from '../../../runner/src/wait/wait-for-schema';
import { historyRow, migration } from '../../support/history';

const MIGRATIONS = [0, 1, 2].map((position) =>
  migration({ position, tag: `000${position}_m`, when: position * 1000, sql: `-- ${position}` }),
);
const rows = (count: number): HistoryRow[] =>
  [...MIGRATIONS, ...[3, 4, 5].map((when) => ({ hash: `newer ${when}`, when: when * 1000 }))]
    .slice(0, count)
    .map(({ hash, when }, id) => historyRow({ id: id + 1, hash, createdAt: when }));
const history = (count: number, migrating = false): Sight => ({
  ...{ kind: 'history', rows: rows(count), migrating },
});
const unseen = (message: string): Sight => ({
  kind: 'unseen',
  failure: new GateError('UNAVAILABLE', message),
});
const denied = (migrating: boolean): Sight => ({
  ...{ kind: 'denied', migrating, failure: new GateError('ACCESS', 'denied', { remedy: 'grant it' }) },
});

interface Options {
  readonly timeout?: number;
  readonly oldest?: number;
  readonly maxNewer?: number;
}

/** Waits on a clock of its own, which goes on only while somebody sleeps; what is seen is told by the second. */
async function waiting(see: (second: number) => Sight, { timeout = 300, oldest, maxNewer }: Options = {}) {
  let now = 0;
  const lines: { readonly at: number; readonly message: string; readonly level: string }[] = [];
  const limits: number[] = [];
  const line = (level: string) => (_event: string, message: string) => {
    lines.push({ at: Math.round(now / 1000), message, level });
  };
  const outcome = await waitForSchema({
    requirement: requirementOf(
      {
        ...{ timeout: 0, isTold: true, maxNewer, expected: expectSchema(MIGRATIONS) },
        oldest: oldest === undefined ? undefined : expectSchema(MIGRATIONS.slice(0, oldest)),
      },
      undefined,
    ),
    timeout: timeout * 1000,
    reporter: {
      ...{ info: line('info'), warn: line('warn'), error: line('error') },
      ...{ output: () => undefined, outputJson: () => undefined, addStanding: () => undefined },
    },
    signal: new AbortController().signal,
    look: async (limit) => {
      limits.push(limit);
      return see(now / 1000);
    },
    clock: {
      now: () => now,
      sleep: async (milliseconds) => {
        now += milliseconds;
      },
    },
  }).catch((error: GateError) => error);
  return { outcome, lines, limits, seconds: now / 1000 };
}

test('what is there passes at the first look', async () => {
  const { outcome, lines, seconds } = await waiting(() => history(3));
  expect(outcome).toMatchObject({ last: '0002_m', count: 3, newer: 0, looks: 1 });
  expect(lines.map(({ message }) => message)).toEqual(['the schema is there: 3 migrations up to 0002_m']);
  expect(seconds).toBe(0);
});

test('a line for each change, and every 30 s that nothing has changed', async () => {
  const { outcome, lines } = await waiting((second) => {
    if (second < 2) return unseen('TCP: no answer');
    if (second < 100) return history(second < 90 ? 0 : 2, second >= 90);
    return history(3);
  });
  expect(outcome).toMatchObject({ count: 3 });
  expect(lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
    'warn waiting for the schema: TCP: no answer',
    ...Array(3).fill(
      'info waiting for the schema: this release needs 3 migrations up to 0002_m; the database has none yet; no migration is under way',
    ),
    'info waiting for the schema: this release needs 3 migrations up to 0002_m; the history has 2 rows, the last is id 2 (generated 1970-01-01T00:00:01Z); a migration is under way',
    'info the schema is there: 3 migrations up to 0002_m',
  ]);
  const [, first = 0, second = 0] = lines.map(({ at }) => at);
  expect(second - first).toBeGreaterThanOrEqual(29);
});

test('when the time is over, it says what is missing (91), after a last look at that very moment', async () => {
  const { outcome, seconds, limits } = await waiting(() => history(2), { timeout: 20 });
  expect(outcome).toMatchObject({
    exit: 'WAIT_EXPIRED',
    remedy: expect.stringContaining('look at the migration'),
  });
  expect((outcome as GateError).message).toMatch(
    /^the schema was not there within 20 s: this release needs 3 migrations up to 0002_m; the history has 2 rows/,
  );
  expect(seconds).toBe(20);
  expect(limits.every((limit) => limit >= 1000 && limit <= 20_000)).toBe(true);
});

test('with no time at all it looks once', async () => {
  const { outcome, limits } = await waiting(() => unseen('TCP: no answer'), { timeout: 0 });
  expect(outcome).toMatchObject({ exit: 'WAIT_EXPIRED' });
  expect(limits).toEqual([1000]);
});

test('a refused role is waited for while a migration is under way, and ten seconds more', async () => {
  const granted = await waiting((second) => (second < 60 ? denied(true) : history(3)));
  expect(granted.outcome).toMatchObject({ count: 3 });
  const late = await waiting((second) => (second < 8 ? denied(second < 4) : history(3)));
  expect(late.outcome).toMatchObject({ count: 3 });
  const never = await waiting((second) => denied(second < 20));
  expect(never.outcome).toMatchObject({ exit: 'ACCESS', remedy: 'grant it' });
  expect(never.seconds).toBeGreaterThan(29);
  expect(never.seconds).toBeLessThan(42);
  expect(never.lines[0]).toMatchObject({
    level: 'warn',
    message: expect.stringContaining('denied; a migration'),
  });
  expect((await waiting(() => denied(false), { timeout: 0 })).outcome).toMatchObject({ exit: 'ACCESS' });
  expect((await waiting(() => denied(true), { timeout: 5 })).outcome).toMatchObject({ exit: 'WAIT_EXPIRED' });
});

test('what no waiting changes ends it at once', async () => {
  const refused = await waiting(() => {
    throw new GateError('ACCESS', 'wrong password');
  });
  expect(refused.outcome).toMatchObject({ exit: 'ACCESS' });
  expect(refused.seconds).toBe(0);
});

test.each<[string, Options, number, string]>([
  ['any newer schema, by default', {}, 6, 'there'],
  ['inside the range', { oldest: 1, maxNewer: 2 }, 5, 'there'],
  ['at its old end', { oldest: 1, maxNewer: 2 }, 1, 'there'],
  ['newer than the range', { oldest: 1, maxNewer: 2 }, 6, 'MISMATCH'],
  ['exactly', { maxNewer: 0 }, 3, 'there'],
  ['newer than exactly', { maxNewer: 0 }, 4, 'MISMATCH'],
  ['older than the range', { oldest: 2, maxNewer: 0 }, 1, 'WAIT_EXPIRED'],
])('range: %s', async (_name, options, count, expected) => {
  const { outcome, seconds } = await waiting(() => history(count), options);
  expect(outcome instanceof GateError ? outcome.exit : 'there').toBe(expected);
  if (expected === 'MISMATCH') expect(seconds).toBe(0);
});

test('a row that is repeated makes no schema newer', () => {
  const requirement = requirementOf(
    { timeout: 0, isTold: true, maxNewer: 0, expected: expectSchema(MIGRATIONS), oldest: undefined },
    undefined,
  );
  expect(newerThan(requirement, [...rows(3), { ...(rows(1)[0] as HistoryRow), id: 9 }])).toBe(0);
});

test('pauses grow from one second to five, each a little off, so that replicas drift apart', () => {
  const pauses = (random: number) => [1, 2, 3, 4, 5, 50].map((attempt) => nextPause(attempt, () => random));
  expect(pauses(0.5)).toEqual([1000, 1500, 2250, 3375, 5000, 5000]);
  expect(pauses(0)[0]).toBe(800);
  expect(pauses(1)[5]).toBeCloseTo(6000);
});
