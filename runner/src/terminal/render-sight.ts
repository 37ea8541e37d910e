import type { Progress, Sight } from '../activity/part';

/**
 * What was seen of a statement, in a few words, of which the first tell most: a narrow window has no room for the last.
 * Empty where it just works.
 */
export function renderSight({ progress, waitsFor = [], wait }: Sight): string {
  const blocked = waitsFor.length > 0 && `waits for ${waitsFor.join(', ')}`;
  if (!progress) return blocked || (wait ? `waits for ${wait.type} ${wait.event}` : '');
  const { phase, partition } = progress;
  return [blocked, shareOf(progress), phase, partition && `partition ${partition}`]
    .filter(Boolean)
    .join(', ');
}

/** For example `building index: scanning table, partition 2 of 5, 43 %`. */
export function renderProgress(progress: Progress): string {
  const { phase, partition } = progress;
  return [phase, partition && `partition ${partition}`, shareOf(progress)].filter(Boolean).join(', ');
}

function shareOf({ done, total }: Progress): string {
  return done !== undefined && total ? `${Math.min(100, Math.floor((100 * done) / total))} %` : '';
}
