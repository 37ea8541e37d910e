import { keepSecret } from '../../../runner/src/errors/redact';
import { type LogEvent, renderEvent } from '../../../runner/src/report/render-event';
import { createReporter } from '../../../runner/src/report/reporter';
import { escapeControls } from '../../../runner/src/terminal/escape-controls';
import { palette } from '../../../runner/src/terminal/palette';

const eventOf = (more: Partial<LogEvent>): LogEvent => ({
  ...{ time: '', level: 'info', event: 'journal_warning', message: 'words' },
  ...more,
});
const colored = (more: Partial<LogEvent>) => renderEvent(eventOf(more), { palette: palette(true) });
const [RED, YELLOW, GREEN, DIM] = ['\u001b[31m', '\u001b[33m', '\u001b[32m', '\u001b[2m'];
const [END, UNDIM] = ['\u001b[39m', '\u001b[22m'];

test('each kind of event has its colour, line by line', () => {
  expect(colored({})).toBe('  words');
  expect(colored({ level: 'warn' })).toBe(`${YELLOW}! words${END}`);
  expect(colored({ level: 'error', message: 'one\ntwo' })).toBe(`${RED}✗ one${END}\n${RED}two${END}`);
  expect(colored({ event: 'check_passed' })).toBe(`${GREEN}✓${END} words`);
  expect(colored({ detail: 'a\nb', remedy: 'c\nd' })).toBe(
    `  words\n${DIM}    a${UNDIM}\n${DIM}    b${UNDIM}\n${DIM}    → c${UNDIM}\n${DIM}      d${UNDIM}`,
  );
});

test('without colours it is the text alone', () => {
  expect(renderEvent(eventOf({ level: 'error', detail: 'a\nb', remedy: 'c\nd' }))).toBe(
    '✗ words\n    a\n    b\n    → c\n      d',
  );
});

test('what would command a terminal is shown by its code', () => {
  const title = '\u001b]0;owned\u0007';
  for (const field of ['message', 'detail', 'remedy']) {
    const text = renderEvent(eventOf({ [field]: `${title}\u009b31m\u202e\r` }), { palette: palette(false) });
    expect(text).toContain('\\u001b]0;owned\\u0007\\u009b31m\\u202e\\u000d');
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\u202e/u);
  }
  expect(escapeControls('a\tb\r\nc\nd')).toBe('a\tb\nc\nd');
});

function reporting(format: 'json' | 'text') {
  const told: string[] = [];
  const write = (text: string) => void told.push(text);
  return { told, reporter: createReporter({ format, write, palette: palette(true) }) };
}

test('a secret is taken out before colours and indents could divide it', () => {
  keepSecret('first line\nsecond line');
  keepSecret('\u001b[31mhidden');
  const { told, reporter } = reporting('text');
  reporter.error('run_failed', 'said \u001b[31mhidden', {
    ...{ command: 'migrate', outcome: 'failed', exitCode: 70, duration_ms: 1 },
    detail: 'has first line\nsecond line',
  });
  expect(told.join('')).toBe(`${RED}✗ said ***${END}\n${DIM}    has ***${UNDIM}\n`);
});

test('neither an output nor JSON carries control characters', () => {
  const text = reporting('text');
  text.reporter.output('name \u001b[2J\nnext');
  expect(text.told).toEqual(['name \\u001b[2J\nnext\n']);
  const json = reporting('json');
  json.reporter.warn('journal_warning', 'name \u009b2J\u007f');
  json.reporter.outputJson({ name: '\u009b2J\u202e\u2066\u2028' });
  expect(json.told.join('').replaceAll('\n', '')).not.toMatch(/\p{Cc}|[\u2028\u202e\u2066]/u);
  expect(json.told.map((line) => JSON.parse(line))).toMatchObject([
    { message: 'name \u009b2J\u007f' },
    { name: '\u009b2J\u202e\u2066\u2028' },
  ]);
});
