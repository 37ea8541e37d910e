/** A time that has passed, for a person: `12 s`, `3 min 5 s`, `2 h 10 min`. */
export function renderElapsed(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${seconds % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** How long something took, as exact as a person compares it: `12 ms`, `3.4 s`, `2 min 34 s`, `2 h 10 min`. */
export function renderDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  return milliseconds < 60_000 ? `${(milliseconds / 1000).toFixed(1)} s` : renderElapsed(milliseconds);
}
