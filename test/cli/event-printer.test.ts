import { createEventPrinter } from '../../cli/src/rehearse/event-printer';
import type { LogEvent } from '../../runner/src/report/render-event';

const event: LogEvent = {
  time: '2026-01-01T00:00:00.000Z',
  level: 'warn',
  event: 'rollback_warning',
  message: 'data loss',
  detail: '- table t: 3 rows',
};

function printTwice(verbose: boolean): string[] {
  const lines: string[] = [];
  const print = createEventPrinter((line) => lines.push(line), { verbose });
  print(event);
  print(event);
  return lines;
}

test('details that were shown before are not shown again', () => {
  expect(printTwice(false)).toEqual([
    '  │ ! data loss\n  │     - table t: 3 rows',
    '  │ ! data loss (details above)',
  ]);
});

test('with everything asked for, they are', () => {
  expect(printTwice(true)[1]).toBe('  │ ! data loss\n  │     - table t: 3 rows');
});
