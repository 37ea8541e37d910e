import { escapeControls } from '../terminal/escape-controls';
import { type Palette, PLAIN } from '../terminal/palette';
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

export interface RenderOptions {
  /** @default - no colours */
  readonly palette?: Palette | undefined;
  /** Takes secrets out of a text, before anything is added to it. @default - as it is */
  readonly redact?: ((text: string) => string) | undefined;
}

/**
 * An event as a person reads it: the message, then what belongs to it, indented. Each line is coloured by itself, so that
 * something can be put in front of it. Control characters of what the event says are escaped.
 */
export function renderEvent(
  entry: LogEvent,
  { palette = PLAIN, redact = (text) => text }: RenderOptions = {},
): string {
  const { detail, remedy } = entry as { detail?: string; remedy?: string };
  const clean = (text: string) => escapeControls(redact(text));
  const aside = (text: string) => palette.aside(`    ${text}`);
  const lines = headOf(entry, clean(String(entry.message)).split('\n'), palette);
  if (detail) lines.push(...clean(detail).split('\n').map(aside));
  if (remedy) lines.push(...`→ ${clean(remedy).replaceAll('\n', '\n  ')}`.split('\n').map(aside));
  return lines.join('\n');
}

function headOf({ event, level }: LogEvent, [first, ...more]: string[], palette: Palette): string[] {
  if (event === 'check_passed') return [`${palette.good('✓')} ${first}`, ...more];
  const colored = { info: (text: string) => text, warn: palette.warning, error: palette.failure }[level];
  return [`${MARK[level]} ${first}`, ...more].map(colored);
}
