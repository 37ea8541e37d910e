import { redact } from './redact';

/** Characters of a message: code in the database can raise megabytes, and a line of a log that long is cut or refused. */
export const LONGEST_MESSAGE = 2000;

/** Characters of what belongs to a message: a list of a hundred objects fits. */
export const LONGEST_DETAIL = 8000;

/** The text, or as much of its beginning and how long it was. Secrets are taken out first: half a one would not be found. */
export function shortened(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${redact(text).slice(0, limit)}… (${text.length} characters)`;
}
