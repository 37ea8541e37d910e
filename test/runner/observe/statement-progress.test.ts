import { setTimeout as sleep } from 'node:timers/promises';
import { Activity } from '../../../runner/src/activity/activity';
import type { Sight } from '../../../runner/src/activity/part';
import type { Session } from '../../../runner/src/database/session';
import { nextDue, StatementProgress } from '../../../runner/src/observe/statement-progress';
import { createReporter } from '../../../runner/src/report/reporter';
import type { RunnerEvent } from '../../support/runner';

/** Milliseconds of what is about a second of a run. */
const SECOND = 16;
const TIMING = { first: 10 * SECOND, longest: 20 * SECOND, patience: 10 * SECOND, look: 2 * SECOND };
const BUILD = { type: null, event: null, phase: 'building index', partition: null, done: '43', total: '100' };
const LOCKED = { ...BUILD, ...{ type: 'Lock', event: 'relation', phase: null, done: null, total: null } };
const BLOCKER = { pid: 7, user: 'app', application: 'shop', state: 'idle in transaction', query_start: null };

function progressOf(rows: readonly unknown[] = [BUILD], isWatched = false, answer?: Promise<void>) {
  const events: RunnerEvent[] = [];
  const sights: Sight[] = [];
  const asked: string[] = [];
  const activity = new Activity();
  if (isWatched) activity.follow({ saw: (sight) => void sights.push(sight) });
  const write = (line: string) => void events.push(JSON.parse(line));
  const reporter = createReporter({ format: 'json', write });
  const query = async (text: string) => {
    asked.push(text);
    await answer;
    return text.includes('pg_blocking_pids') ? [BLOCKER] : rows;
  };
  const session = { query } as unknown as Session;
  const progress = new StatementProgress({ activity, reporter }, TIMING);
  const look = () => progress.look(session, 1);
  const running = (milliseconds: number, beside: () => Promise<void>) =>
    activity.during({ kind: 'migration', way: 'apply', migration: '0000_a', file: '', statements: 1 }, () =>
      activity.execute({ number: 3, text: '' }, async () => {
        const end = Date.now() + milliseconds;
        while (Date.now() < end) {
          await beside();
          await sleep(2);
        }
        return 0;
      }),
    );
  return { events, sights, asked, progress, look, running };
}

test('the lines come further and further apart, at most a minute', () => {
  const times: number[] = [];
  for (let due = 10_000; times.length < 6; due = nextDue(due, due, { longest: 60_000 })) times.push(due);
  expect(times).toEqual([10_000, 20_000, 40_000, 80_000, 140_000, 200_000]);
  // A look that came late is not followed by another at once.
  expect(nextDue(45_000, 10_000, { longest: 60_000 })).toBe(80_000);
});

test('nothing is asked, and nothing is told, before a statement is long', async () => {
  const { events, asked, look, running, progress } = progressOf();
  await look();
  progress.tick();
  await running(5 * SECOND, look);
  await running(5 * SECOND, look);
  expect({ events, asked }).toEqual({ events: [], asked: [] });
});

test('a long statement is told of: since when, and how far it has come', async () => {
  const { events, asked, look, running } = progressOf();
  await running(15 * SECOND, look);
  expect(asked).toHaveLength(1);
  expect(events).toMatchObject([
    {
      ...{ event: 'statement_progress', level: 'info', migration: '0000_a', statement: 3 },
      ...{ elapsed_ms: expect.any(Number), phase: 'building index', done: 43, total: 100 },
      message: '0000_a: statement 3 has run for 0 s: building index, 43 %',
    },
  ]);
  expect(events[0]?.elapsed_ms).toBeGreaterThanOrEqual(10 * SECOND);
});

test('who holds the lock that it waits for is named, with the remedy', async () => {
  const { events, sights, look, running } = progressOf([LOCKED], true);
  await running(15 * SECOND, look);
  expect(events).toMatchObject([
    {
      ...{ wait_event_type: 'Lock', wait_event: 'relation', waiting_for_pids: [7] },
      message: expect.stringMatching(
        /: waits for pid 7 \(user app, application shop, idle in transaction\)$/,
      ),
      remedy: 'end the session if it is forgotten',
    },
  ]);
  expect(sights[0]).toMatchObject({ waitsFor: ['pid 7'] });
});

test('where nobody can look, the time alone is told, and not again when somebody can', async () => {
  const { events, progress, look, running } = progressOf();
  let ticks = 0;
  await running(27 * SECOND, async () => {
    progress.tick();
    if (events.length > 0 && ticks++ === 0) await look();
  });
  expect(events).toHaveLength(1);
  expect(events[0]?.message).toBe('0000_a: statement 3 has run for 0 s');
  expect(events[0]?.elapsed_ms).toBeGreaterThanOrEqual(20 * SECOND);
  expect(Object.keys(events[0] ?? {})).not.toContain('phase');
});

test('as long as another event tells of it, it is not told twice', async () => {
  const { events, progress, look, running } = progressOf();
  const until = Date.now() + 25 * SECOND;
  await running(45 * SECOND, async () => {
    if (Date.now() < until) progress.toldElsewhere();
    await look();
    progress.tick();
  });
  expect(events).toHaveLength(1);
  expect(events[0]?.elapsed_ms).toBeGreaterThanOrEqual(32 * SECOND);
});

test('for a person on a terminal it is looked at more often than it is told', async () => {
  const { events, sights, asked, look, running } = progressOf([BUILD], true);
  await running(18 * SECOND, look);
  expect(events).toHaveLength(1);
  expect(asked.length).toBeGreaterThan(1);
  expect(sights).toHaveLength(asked.length);
  expect(sights[0]?.progress).toMatchObject({ phase: 'building index', done: 43 });
});

test('a look that ends after its statement says nothing, also of the next', async () => {
  let answer = () => {};
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const { events, sights, asked, look, running } = progressOf([BUILD], false, answered);
  let late: Promise<void> | undefined;
  await running(20 * SECOND, async () => {
    if (asked.length === 0) late = look();
  });
  await running(5 * SECOND, async () => answer());
  await late;
  expect(asked).toHaveLength(1);
  expect({ events, sights }).toEqual({ events: [], sights: [] });
});
