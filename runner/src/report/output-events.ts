import type { LogEvent } from './render-event';

/**
 * Characters of one event. Each takes six bytes at most, so that the whole line stays below the 16 KiB at which a
 * container's log is cut into pieces, whoever reads it.
 */
const PART = 2400;

/** A part of what a person or a program asked for, as it stands in a log. */
export interface OutputEvent extends LogEvent {
  readonly event: 'output';
  readonly text: string;
  readonly part: number;
  readonly parts: number;
}

/**
 * Output as JSON lines: put together again, the texts are exactly it, and a reader knows when one is missing.
 *
 * @param standing what every line has.
 */
export function outputEvents(text: string, standing: object = {}): string {
  const texts = inParts(text);
  const parts = texts.length;
  const time = new Date().toISOString();
  return texts
    .map((own, index): OutputEvent => {
      const part = index + 1;
      return {
        ...{ time, level: 'info', event: 'output', message: `output, part ${part} of ${parts}` },
        ...{ text: own, part, parts, ...standing },
      };
    })
    .map((event) => `${JSON.stringify(event)}\n`)
    .join('');
}

/** At least one. No character is cut in two: not every reader of JSON takes half of one. */
function inParts(text: string): string[] {
  const parts: string[] = [];
  let at = 0;
  do {
    const end = at + PART;
    const next = isCharacterCut(text, end) ? end - 1 : end;
    parts.push(text.slice(at, next));
    at = next;
  } while (at < text.length);
  return parts;
}

function isCharacterCut(text: string, at: number): boolean {
  return /^[\ud800-\udbff][\udc00-\udfff]/.test(text.slice(at - 1, at + 1));
}
