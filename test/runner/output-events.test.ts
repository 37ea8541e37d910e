import { outputEvents } from '../../runner/src/report/output-events';
import { withDatabase } from '../support/database';
import { migrationsFolder } from '../support/migrations-folder';
import { environment, runRunner } from '../support/runner';

const eventsOf = (lines: string) =>
  lines
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
const textOf = (lines: string) =>
  eventsOf(lines)
    .map(({ text }) => text)
    .join('');

test.each([
  ['nothing', ''],
  ['a table', '│ 0000_one │ applied │\n'.repeat(5000)],
  ['characters of two units across the seams', '🐘'.repeat(4000).slice(1)],
  ['what JSON writes at its longest', '\u0001'.repeat(9000)],
])('%s comes through whole, in lines that no container runtime cuts', (_name, text) => {
  const lines = outputEvents(text);
  expect(textOf(lines)).toBe(text);
  const events = eventsOf(lines);
  expect(events.map(({ part }) => part)).toEqual(events.map((_, index) => index + 1));
  for (const { parts } of events) expect(parts).toBe(events.length);
  for (const line of lines.split('\n')) expect(Buffer.byteLength(line)).toBeLessThan(16 * 1024);
});

test('no part ends in the middle of a character', () => {
  for (const seam of ['', 'x']) {
    const texts = eventsOf(outputEvents(`${seam}${'🐘'.repeat(4000)}`)).map(({ text }) => text as string);
    expect(texts.filter((text) => /^[\udc00-\udfff]|[\ud800-\udbff]$/.test(text))).toEqual([]);
  }
});

test('for a log, the runner writes one stream of JSON lines, whatever format was chosen', () =>
  withDatabase(async ({ url }) => {
    const env = environment(
      url,
      migrationsFolder([{ tag: '0000_one', sql: 'select 1' }], { 'orphan.sql': '' }),
    );
    const run = (more: Record<string, string>) =>
      runRunner({ args: ['status', '--json'], env: { ...env, ...more } });
    const asked = await run({});
    expect(asked.stderr).toContain('journal_warning');
    const logged = await run({ OUTPUT_AS_EVENTS: 'true', LOG_FORMAT: 'text' });
    expect(logged).toMatchObject({ code: 0, stderr: '' });
    const events = eventsOf(logged.stdout);
    expect(events.map(({ event }) => event)).toEqual(['journal_warning', 'output']);
    expect(events[1].text).toBe(asked.stdout);
  }));
