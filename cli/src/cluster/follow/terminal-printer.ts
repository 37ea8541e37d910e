import { renderEvent } from '../../../../runner/src/report/render-event';
import type { FollowPrinter } from './follow-printer';

/** Shows a Job on a terminal or in the log of a pipeline: one block per attempt, and what containers log behind a bar. */
export function terminalPrinter(print: (line: string) => void): FollowPrinter {
  const behindBar = (text: string) => print(`  │ ${text.replaceAll('\n', '\n  │ ')}`);
  return {
    attempt: (number, pod) => print(`attempt ${number}: pod ${pod}`),
    container: (name) => print(`  ┌ ${name}`),
    event: (event) => behindBar(renderEvent(event)),
    line: behindBar,
    note: (text) => print(`  · ${text.replaceAll('\n', '\n    ')}`),
  };
}
