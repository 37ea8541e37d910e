import { setFlagsFromString } from 'node:v8';

/** V8 has the flag in these; it would complain on standard error of one that it does not know. */
const [FIRST, LAST] = [20, 24];

/**
 * Keeps the space for new objects at the size that it has now. V8 doubles it again and again while messages come and go, and
 * a run that waits for the server would hold the most for ever. To collect more often costs next to nothing.
 *
 * V8 takes no compiled code from before the flag was set, so it is set when what a run needs is loaded.
 */
export function keepHeapSmall(version = process.versions.node): void {
  const major = Number.parseInt(version, 10);
  if (major >= FIRST && major <= LAST) setFlagsFromString('--semi-space-growth-factor=1');
}
