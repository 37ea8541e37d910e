import { renderSummary } from '../../runner/src/report/termination-message';

const summary = {
  command: 'migrate',
  outcome: 'failed',
  exitCode: 82,
  message: 'no such column',
  remedy: 'add it',
};

test('a summary that fits is written whole', () => {
  expect(JSON.parse(renderSummary({ ...summary, detail: 'line\n^' }))).toEqual({
    ...summary,
    detail: 'line\n^',
  });
});

test.each([
  ['a long detail is left out', { ...summary, detail: 'x'.repeat(5000) }, summary],
  ['a long message is cut', { ...summary, message: 'ü'.repeat(4000) }, { message: 'ü'.repeat(500) }],
  [
    'what is still too long keeps the exit code',
    { ...summary, other: 'x'.repeat(5000) },
    { exitCode: 82, outcome: 'failed' },
  ],
])('%s, and what is left is valid JSON inside 4096 bytes', (_name, given, expected) => {
  const text = renderSummary(given);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4096);
  expect(JSON.parse(text)).toMatchObject(expected);
});
