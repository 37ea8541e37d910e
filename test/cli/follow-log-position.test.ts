import { LogPosition } from '../../cli/src/cluster/follow/log-position';

const at = (seconds: string) => `2026-01-01T00:00:${seconds}Z`;

test('lines of one instant are told apart by counting', () => {
  const position = new LogPosition();
  expect([at('05.000000001'), at('05.000000001')].map((time) => position.isNew(time))).toEqual([true, true]);
  position.restart();
  const again = [at('05.000000001'), at('05.000000001'), at('05.000000001')];
  expect(again.map((time) => position.isNew(time))).toEqual([false, false, true]);
});

test('it asks from a whole second before the last line, which is all that a kubelet compares', () => {
  const position = new LogPosition();
  expect(position.since).toBeUndefined();
  position.isNew(at('05.7'));
  expect(position.since).toBe('2026-01-01T00:00:04.000Z');
});

test('a clock that is set back hides no line that is read for the first time', () => {
  const position = new LogPosition();
  expect([at('50.5'), at('20.5'), at('20.6')].map((time) => position.isNew(time))).toEqual([
    true,
    true,
    true,
  ]);
});

test('what was written late is new, also when it is older than what was seen', () => {
  const position = new LogPosition();
  position.isNew(at('05.000000002'));
  position.restart();
  expect([at('05.000000001'), at('05.000000002')].map((time) => position.isNew(time))).toEqual([true, false]);
});
