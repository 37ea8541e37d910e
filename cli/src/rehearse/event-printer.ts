import { type LogEvent, renderEvent } from '../../../runner/src/report/render-event';
import type { Palette } from '../../../runner/src/terminal/palette';

export type EventPrinter = (event: LogEvent) => void;

/**
 * Prints the events of the containers. A rehearsal runs the same containers several times: details that were shown
 * before are not shown again, unless everything is asked for.
 */
export function createEventPrinter(
  print: (line: string) => void,
  { verbose, palette }: { readonly verbose: boolean; readonly palette?: Palette },
): EventPrinter {
  const shown = new Set<string>();
  return (event) => {
    const { detail, ...rest } = event;
    const repeated = typeof detail === 'string' && shown.has(detail);
    if (typeof detail === 'string') shown.add(detail);
    const text = renderEvent(
      repeated && !verbose ? { ...rest, message: `${event.message} (details above)` } : event,
      { palette },
    );
    print(`  │ ${text.replaceAll('\n', '\n  │ ')}`);
  };
}
