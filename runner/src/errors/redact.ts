import { secretSpans } from './secret-spans';
import type { Span } from './sql-secrets';

const secrets = new Set<string>();
const names = new Set<string>();

/** What stands in the place of a secret. */
export const MASK = '***';

/** Remembers a value that must never be printed, in the spellings in which it could appear. */
export function keepSecret(value: string): void {
  for (const spelling of spellingsOf(value)) {
    // Very short values stand by chance in ordinary words; hiding those would only garble the log.
    if (spelling.length >= 3) secrets.add(spelling);
  }
}

/**
 * Remembers a name that messages must be able to say: of the host, the database and the user. A password that is spelled
 * like one of them tells nothing, and as a word of its own it is no secret; in a URL it stays one.
 */
export function keepName(value: string): void {
  for (const spelling of spellingsOf(value)) names.add(spelling);
}

/** A value as it is, percent-encoded (fully, and as browsers do it), in JSON, in a SQL literal, and in both. */
export function spellingsOf(value: string): string[] {
  const inJson = JSON.stringify(value).slice(1, -1);
  const inSql = value.replaceAll("'", "''");
  const encoded = encodeURIComponent(wellFormed(value));
  return [
    ...new Set([
      ...[value, inJson, inSql, JSON.stringify(inSql).slice(1, -1), value.replaceAll('\\', '\\\\')],
      ...[encoded, encoded.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()), inUrl(encoded)],
    ]),
  ];
}

/** Half a character can't be encoded. */
function wellFormed(value: string): string {
  // Of Node 20, but not of these types. The regular expression that does the same takes a millisecond to be compiled.
  return (value as string & { toWellFormed(): string }).toWellFormed();
}

/** As the URL parser writes a password back: it leaves $ % & + and the comma, which encodeURIComponent encodes. */
function inUrl(encoded: string): string {
  return encoded.replace(/%2[456BC]/g, decodeURIComponent);
}

/** Replaces every remembered secret, and the password in anything that looks like a URL. */
export function redact(text: string): string {
  let clean = '';
  let at = 0;
  for (const { start, end } of findSecrets(text)) {
    clean += text.slice(at, start) + MASK;
    at = end;
  }
  return clean + text.slice(at);
}

/** Where a text has what `redact` replaces, so that it can be cut and pointed into without showing it. */
export function findSecrets(text: string): Span[] {
  return secretSpans(
    text,
    [...secrets].filter((secret) => !names.has(secret)),
  );
}
