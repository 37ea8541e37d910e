import { isMissed, judge } from '../../bench/migrators/judge';
import type { Scene } from '../../bench/migrators/results';
import { RESULTS, SCENE } from './results';

const judged = (scene: Partial<Scene>) =>
  judge({ ...RESULTS, scenes: [{ ...SCENE, ...scene }] }).map(
    ({ promise, ratio, isKept }) => `${promise}: ${ratio.toFixed(2)} ${isKept ? 'kept' : 'missed'}`,
  );

test('with nothing to do, the time is judged beside drizzle-orm and dbmate by their medians', () => {
  expect(judged({})).toEqual([
    'time at most 0.7 × drizzle-orm migrate(): 0.67 kept',
    'time at most 1 × dbmate (npm): 1.25 missed',
    'peak memory at most 1 × drizzle-orm migrate(): 1.00 kept',
    'aim: time of node -e 0, 8 round trips and 40 ms: 1.25 missed',
  ]);
});

test('an aim that is not reached is no promise that is missed', () => {
  const verdicts = judge(RESULTS).filter(({ isKept }) => !isKept);
  expect(verdicts.map((verdict) => isMissed(verdict))).toEqual([true, false]);
});

test('from empty, the fastest peer counts, and who is only shown beside them does not', () => {
  expect(judged({ case: '60' })).toEqual([
    'time at most 0.15 × drizzle-orm migrate(): 0.67 missed',
    'time at most 0.3 × the fastest peer: 1.25 missed',
    'peak memory at most 1 × drizzle-orm migrate(): 1.00 kept',
  ]);
  expect(judged({ case: '200', roundTripMs: 0 })[0]).toBe('time at most 1 × the fastest peer: 1.25 missed');
});

test('without a network, 60 from empty are not judged by time', () => {
  expect(judged({ case: '60', roundTripMs: 0 })).toEqual([
    'peak memory at most 1 × drizzle-orm migrate(): 1.00 kept',
  ]);
});

test('nothing is said about a peer that was not measured', () => {
  expect(judged({ entries: SCENE.entries.filter(({ tool }) => tool !== 'drizzle-orm migrate()') })).toEqual([
    'time at most 1 × dbmate (npm): 1.25 missed',
    'aim: time of node -e 0, 8 round trips and 40 ms: 1.25 missed',
  ]);
  expect(judged({ entries: SCENE.entries.slice(0, 1), case: '60' })).toEqual([]);
});
