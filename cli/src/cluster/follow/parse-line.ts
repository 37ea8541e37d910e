import type { LogEvent } from '../../../../runner/src/report/render-event';

const LEVELS = ['info', 'warn', 'error'];

/** The event in a line of the runner's log; undefined for a line of anything else, which is shown as it is. */
export function parseEvent(line: string): LogEvent | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value = JSON.parse(line) as Record<string, string>;
    const { time, level = '', event, message } = value;
    const isEvent =
      [time, event, message].every((field) => typeof field === 'string') && LEVELS.includes(level);
    return isEvent ? (value as unknown as LogEvent) : undefined;
  } catch {
    return undefined;
  }
}
