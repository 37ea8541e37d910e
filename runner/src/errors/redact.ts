const secrets = new Set<string>();

/** Remembers a value that must never be printed, in the spellings in which it could appear. */
export function keepSecret(value: string): void {
  const inJson = JSON.stringify(value).slice(1, -1);
  for (const spelling of [value, encodeURIComponent(value), inJson, value.replaceAll("'", "''")]) {
    // Very short values stand by chance in ordinary words; hiding those would only garble the log.
    if (spelling.length >= 3) secrets.add(spelling);
  }
}

/** Replaces every remembered secret, and the password in anything that looks like a URL. */
export function redact(text: string): string {
  let clean = text;
  for (const secret of [...secrets].sort((a, b) => b.length - a.length)) {
    clean = clean.replaceAll(secret, '***');
  }
  return clean.replace(/(\bpostgres(?:ql)?:\/\/[^\s:/@"]*):[^\s"]*@/g, '$1:***@');
}
