import { cutBytes } from './cut-bytes';
import { toRedactedJson } from './redact-json';

/** Bytes of a line, below the 16 KiB at which a container's log is cut into pieces. */
export const LINE_BYTES = 16_000;
/** Texts of an event, the one that can best be cut first. */
const TEXTS = ['detail', 'message', 'remedy'];
/** So much of each stays. */
const LEAST_BYTES = 1000;

/**
 * An event as a line of JSON without secrets. Where an error has words of the server that are longer than a line, they are
 * cut; lists stay whole.
 */
export function eventLine(entry: Readonly<Record<string, unknown>>): string {
  const line = toRedactedJson(entry);
  if (entry.level !== 'error' || Buffer.byteLength(line) <= LINE_BYTES) return line;
  // Already without secrets: half of one would not be found.
  const clean: Record<string, unknown> = JSON.parse(line);
  for (const field of TEXTS) {
    const excess = Buffer.byteLength(toRedactedJson(clean)) - LINE_BYTES;
    const text = clean[field];
    if (excess > 0 && typeof text === 'string') clean[field] = shorter(text, excess);
  }
  return toRedactedJson(clean);
}

/** The text with so many bytes less in JSON, where a character can take more of them than it has. */
function shorter(text: string, excess: number): string {
  const bytes = Buffer.byteLength(JSON.stringify(text));
  const share = Math.max(0, bytes - excess) / bytes;
  return cutBytes(text, Math.max(LEAST_BYTES, Math.floor(share * Buffer.byteLength(text)) - 100));
}
