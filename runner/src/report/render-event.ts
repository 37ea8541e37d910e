import type { EventName } from './events';
import type { Level } from './level';

export type { Level } from './level';

export interface LogEvent {
  readonly time: string;
  readonly level: Level;
  readonly event: EventName;
  readonly message: string;
  readonly [field: string]: unknown;
}

const MARK: Record<Level, string> = { info: ' ', warn: '!', error: '✗' };

/** An event as a person reads it: the message, then what belongs to it, indented. */
export function renderEvent(entry: LogEvent): string {
  const mark = entry.event === 'check_passed' ? '✓' : MARK[entry.level];
  const { detail, remedy } = entry as { detail?: string; remedy?: string };
  const lines = [`${mark} ${entry.message}`];
  if (detail) lines.push(...detail.split('\n').map((line) => `    ${line}`));
  if (remedy) lines.push(`    → ${remedy.replaceAll('\n', '\n      ')}`);
  return lines.join('\n');
}
