import type { OutputEvent } from '../../../../runner/src/report/output-events';
import { type LogEvent, renderEvent } from '../../../../runner/src/report/render-event';
import { escapeControls } from '../../../../runner/src/terminal/escape-controls';
import type { Palette } from '../../../../runner/src/terminal/palette';
import type { FollowPrinter } from '../follow/follow-printer';
import { withoutOrders } from '../follow/terminal-printer';

/** Where the words of a command go, and what they look like; as for the runner where it runs here. */
export interface Streams {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** How events are written. */
  readonly format: 'json' | 'text';
  /** Of events as text. @default - no colours */
  readonly palette?: Palette | undefined;
}

export interface CommandPrinterOptions extends Streams {
  /** Whether standard output is for what was asked for, and events go to the other. */
  readonly hasDocument: boolean;
  /** Events that are kept back. */
  readonly hidden?: readonly string[] | undefined;
}

/** Shows the log of a short Job as its command shows itself where it runs here. */
export interface CommandPrinter extends FollowPrinter {
  /** Whether the runner has told why it failed. */
  readonly hasToldFailure: boolean;
  /** What was asked for, of the last attempt; undefined when a part of it is missing. */
  output(): string | undefined;
}

export function commandPrinter(options: CommandPrinterOptions): CommandPrinter {
  const { stdout, stderr, format, hasDocument, hidden = [], palette } = options;
  const writeEvent = hasDocument ? stderr : stdout;
  let parts: OutputEvent[] = [];
  let lines: string[] = [];
  let hasToldFailure = false;
  return {
    get hasToldFailure() {
      return hasToldFailure;
    },
    attempt(number, pod) {
      parts = [];
      lines = [];
      hasToldFailure = false;
      if (number > 1) stderr(`  · attempt ${number}: pod ${pod}\n`);
    },
    container: () => undefined,
    event(event: LogEvent) {
      if (event.event === 'output') parts.push(event as OutputEvent);
      else {
        hasToldFailure ||= event.event === 'run_failed';
        if (hidden.includes(event.event)) return;
        writeEvent(`${format === 'json' ? JSON.stringify(event) : renderEvent(event, { palette })}\n`);
      }
    },
    line(text) {
      // A runner of before these events writes what was asked for as it is.
      if (hasDocument) lines.push(`${text}\n`);
      else stderr(`${withoutOrders(text)}\n`);
    },
    note: (text) => stderr(`  · ${escapeControls(text).replaceAll('\n', '\n    ')}\n`),
    output: () => (parts.length > 0 ? joined(parts) : lines.join('')),
  };
}

/** The texts of one output after the other; undefined where parts are missing. */
function joined(parts: readonly OutputEvent[]): string | undefined {
  let expected = 1;
  for (const { part, parts: all } of parts) {
    if (part !== expected) return undefined;
    expected = part === all ? 1 : part + 1;
  }
  return expected === 1 ? parts.map(({ text }) => text).join('') : undefined;
}
