import { Command } from '../../../core/contract';
import { redact } from '../errors/redact';

/** Fields with words of our own that programs compare; they never hold text from elsewhere. */
const OWN_WORDS = new Set([
  ...['time', 'level', 'event', 'outcome', 'check', 'state', 'sqlstate', 'token', 'severity'],
  // Made by chance: a short password stands in one now and then.
  ...['run_id', 'trace_id', 'span_id'],
]);

/**
 * JSON without secrets, value by value: a password like "info" or "state" changes neither a key nor a word by which a
 * program knows what the line is about.
 */
export function toRedactedJson(value: unknown, indent?: number): string {
  // JSON itself escapes those below U+0020 only; a terminal takes orders from these too, or turns the text around, and
  // some programs end a line there.
  return JSON.stringify(value, redactValue, indent).replace(
    /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g,
    (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function redactValue(key: string, value: unknown): unknown {
  return typeof value === 'string' && !isOwnWord(key, value) ? redact(value) : value;
}

function isOwnWord(key: string, value: string): boolean {
  // What was given as the command need not be one.
  if (key === 'command') return Object.values(Command).some((name) => name === value);
  return OWN_WORDS.has(key);
}
