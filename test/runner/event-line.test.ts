import { keepSecret } from '../../runner/src/errors/redact';
import { eventLine, LINE_BYTES } from '../../runner/src/report/event-line';

const SECRET = 'tr0ub4dor-of-the-line';
keepSecret(SECRET);
const event = { time: 't', level: 'error', event: 'run_failed', exitCode: 82, sqlstate: 'P0001' };

test.each([
  ['letters', 'x'],
  ['letters of two bytes', 'é'],
  ['characters of two units', '🐘'],
  ['what JSON writes at its longest', '\u0001'],
  ['what only we escape', '\u009b'],
])('an error with megabytes of %s is one line that no container runtime cuts', (_what, character) => {
  const long = character.repeat(1_000_000);
  const remedy = 'correct it';
  const line = eventLine({ ...event, message: `failed: ${long}`, detail: `place\n${long}`, remedy });
  expect(Buffer.byteLength(line)).toBeLessThanOrEqual(LINE_BYTES);
  const told = JSON.parse(line);
  expect(told).toMatchObject({ ...event, remedy });
  expect(told.message).toMatch(/^failed: .*…$/su);
  expect(told.detail).toMatch(/^place\n.*…$/su);
  expect(line).not.toMatch(/\\ud83d(?!\\udc18)/);
});

test('where a text is cut, no half of a secret stays', () => {
  for (let before = 14_000; before < 16_000; before += 29) {
    const line = eventLine({
      ...event,
      message: 'm',
      detail: `${'x'.repeat(before)}${SECRET}${'y'.repeat(9000)}`,
    });
    expect(line).not.toContain(SECRET.slice(0, 4));
  }
});

test('what fits stays as it is, and what a person asked for is never cut', () => {
  const detail = 'x'.repeat(15_000);
  expect(JSON.parse(eventLine({ ...event, message: 'm', detail }))).toMatchObject({ detail });
  const plan = { ...event, level: 'info', message: 'x'.repeat(100_000) };
  expect(JSON.parse(eventLine(plan))).toEqual(plan);
});
