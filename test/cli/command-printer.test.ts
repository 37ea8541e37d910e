import { commandPrinter } from '../../cli/src/cluster/short-job/command-printer';
import { outputEvents } from '../../runner/src/report/output-events';
import type { LogEvent } from '../../runner/src/report/render-event';

const EVENT = {
  time: '2026-01-01T00:00:00Z',
  level: 'warn',
  event: 'journal_warning',
  message: 'look',
} as LogEvent;
const eventsOf = (text: string): LogEvent[] =>
  outputEvents(text)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

function printing(options: { hasDocument: boolean; format?: 'json' | 'text'; hidden?: string[] }) {
  const told = { stdout: '', stderr: '' };
  const printer = commandPrinter({
    ...{ format: 'text', ...options },
    stdout: (text) => {
      told.stdout += text;
    },
    stderr: (text) => {
      told.stderr += text;
    },
  });
  return { printer, told };
}

test('events go where the runner would write them, in its format', () => {
  const document = printing({ hasDocument: true });
  document.printer.event(EVENT);
  expect(document.told).toEqual({ stdout: '', stderr: '! look\n' });
  const events = printing({ hasDocument: false, format: 'json' });
  events.printer.event(EVENT);
  expect(events.told).toEqual({ stdout: `${JSON.stringify(EVENT)}\n`, stderr: '' });
  const hiding = printing({ hasDocument: false, hidden: ['journal_warning'] });
  hiding.printer.event(EVENT);
  expect(hiding.told.stdout).toBe('');
});

test('output is put together from its parts, and known to be incomplete where one is missing', () => {
  const text = 'row\n'.repeat(3000);
  const parts = eventsOf(text);
  expect(parts.length).toBeGreaterThan(3);
  const outputOf = (events: readonly LogEvent[]) => {
    const { printer } = printing({ hasDocument: true });
    for (const event of events) printer.event(event);
    return printer.output();
  };
  expect(outputOf(parts)).toBe(text);
  expect(outputOf([...parts, ...eventsOf('more\n')])).toBe(`${text}more\n`);
  expect(outputOf(parts.slice(1))).toBeUndefined();
  expect(outputOf(parts.slice(0, -1))).toBeUndefined();
  expect(outputOf([...parts.slice(0, 1), ...parts.slice(2)])).toBeUndefined();
});

test('only the last attempt counts', () => {
  const { printer, told } = printing({ hasDocument: true });
  printer.attempt(1, 'pod-1');
  printer.event(eventsOf('row\n'.repeat(3000))[0] as LogEvent);
  printer.event({ ...EVENT, event: 'run_failed' });
  expect(printer.hasToldFailure).toBe(true);
  printer.attempt(2, 'pod-2');
  expect(printer.hasToldFailure).toBe(false);
  for (const event of eventsOf('all of it\n')) printer.event(event);
  expect(printer.output()).toBe('all of it\n');
  expect(told.stderr).toContain('attempt 2: pod pod-2');
});

test('an older runner writes what was asked for as lines', () => {
  const { printer } = printing({ hasDocument: true });
  printer.line('{');
  printer.line('}');
  expect(printer.output()).toBe('{\n}\n');
});
