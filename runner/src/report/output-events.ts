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
  const parts = Math.max(1, Math.ceil(text.length / PART));
  const time = new Date().toISOString();
  return Array.from({ length: parts }, (_, index): OutputEvent => {
    const part = index + 1;
    return {
      ...{ time, level: 'info', event: 'output', message: `output, part ${part} of ${parts}` },
      ...{ text: text.slice(index * PART, part * PART), part, parts, ...standing },
    };
  })
    .map((event) => `${JSON.stringify(event)}\n`)
    .join('');
}
