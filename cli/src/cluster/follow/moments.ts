/** A time as the API writes it, or as its client reads it. */
export type Moment = string | Date | undefined;

/** RFC 3339; undefined where there is no time. */
export function isoOf(moment: Moment): string | undefined {
  if (moment === undefined || moment === null) return undefined;
  return typeof moment === 'string' ? moment : moment.toISOString();
}

/** Milliseconds since 1970; 0 where there is no time. */
export function millisecondsOf(moment: Moment): number {
  const iso = isoOf(moment);
  return iso === undefined ? 0 : Date.parse(iso);
}
