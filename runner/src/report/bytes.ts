const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'];

/** For a person: `512 kB`, `1.5 GB`, in powers of 1024 as PostgreSQL writes them. */
export function renderBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value >= 10 ? Math.round(value) : Number(value.toFixed(1))} ${UNITS[unit]}`;
}
