/** Drizzle compares names as people read them; a fixed locale, so that every machine gives the same order. */
export function compareNames(a: string, b: string): number {
  return a.localeCompare(b, 'en-US');
}

/**
 * The timestamp that drizzle-orm 1.0 takes from the name of a migration's folder: year to second in its first 14
 * characters, in UTC. NaN where it finds none.
 */
export function timeOfName(name: string): number {
  const part = (from: number, to: number) => Number.parseInt(name.slice(from, to), 10);
  return Date.UTC(part(0, 4), part(4, 6) - 1, part(6, 8), part(8, 10), part(10, 12), part(12, 14));
}

/** The folder into which `drizzle-kit up` moves a migration of the 0.x layout. */
export function nameAfterUp(tag: string, when: number): string {
  const time = new Date(when);
  const digits = Number.isNaN(time.getTime())
    ? String(when)
    : time.toISOString().replace(/\D/g, '').slice(0, -3);
  return `${digits}_${tag.split('_').slice(1).join('_')}`;
}

/** A timestamp as far as the 1.x layout can express it, the way drizzle-orm 1.0 cuts it off. */
export function wholeSecond(milliseconds: number): number {
  return Math.trunc(milliseconds / 1000) * 1000;
}
