import { redact } from '../errors/redact';
import type { TerminalStream } from './bottom-line';
import { hasCursor, type Palette, PLAIN, paletteFor, type TerminalEnvironment } from './palette';
import { ProgressLine } from './progress-line';

export interface OutputStream extends TerminalStream {
  readonly isTTY?: boolean;
}

/** How events look where they are read. */
export interface Screen {
  readonly palette: Palette;
  /** Only where a person watches. */
  readonly line: ProgressLine | undefined;
}

/** Colours and the line of what is going on: as text only, the line only on a terminal that can move its cursor. */
export function screenFor(stream: OutputStream, format: 'json' | 'text', env: TerminalEnvironment): Screen {
  if (format === 'json') return { palette: PLAIN, line: undefined };
  const palette = paletteFor(stream, env);
  const isDrawn = hasCursor(stream, env);
  return { palette, line: isDrawn ? new ProgressLine(stream, { palette, redact }) : undefined };
}
