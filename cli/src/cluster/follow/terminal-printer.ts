import { stripVTControlCharacters } from 'node:util';
import { renderEvent } from '../../../../runner/src/report/render-event';
import { escapeControls } from '../../../../runner/src/terminal/escape-controls';
import type { Palette } from '../../../../runner/src/terminal/palette';
import type { FollowPrinter } from './follow-printer';

/** Shows a Job on a terminal or in the log of a pipeline: one block per attempt, and what containers log behind a bar. */
export function terminalPrinter(print: (line: string) => void, palette?: Palette): FollowPrinter {
  const behindBar = (text: string) => print(`  │ ${text.replaceAll('\n', '\n  │ ')}`);
  return {
    attempt: (number, pod) => print(`attempt ${number}: pod ${pod}`),
    container: (name) => print(`  ┌ ${name}`),
    event: (event) => behindBar(renderEvent(event, { palette })),
    line: (text) => behindBar(withoutOrders(text)),
    note: (text) => print(`  · ${escapeControls(text).replaceAll('\n', '\n    ')}`),
  };
}

/** A line that is no event, of another program perhaps: without its colours, and without what else a terminal would obey. */
export function withoutOrders(text: string): string {
  return escapeControls(stripVTControlCharacters(text));
}
