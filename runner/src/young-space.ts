import { setFlagsFromString } from 'node:v8';

/** V8 has the flag in these, and would complain on standard error of one that it does not know. */
const [FIRST, LAST] = [20, 24];

let isHeld = false;

/**
 * From here on V8 collects new objects in the megabyte that it begins with, instead of doubling it to 16 and more, of which
 * none is given back. Nearly everything that a long list of migrations makes is garbage at once, so that this costs no time.
 */
export function holdYoungSpace(): void {
  if (isHeld) return;
  isHeld = true;
  const major = Number.parseInt(process.versions.node, 10);
  if (major >= FIRST && major <= LAST) setFlagsFromString('--semi-space-growth-factor=1');
}
