import type { Progress, Sight } from '../activity/part';

/** What was seen of a statement, in a few words; empty where it just works. */
export function renderSight({ progress, waitsFor = [], wait }: Sight): string {
  const blocked = waitsFor.length > 0 && `waits for ${waitsFor.join(', ')}`;
  const waits = wait && `waits for ${wait.type} ${wait.event}`;
  return [progress && renderProgress(progress), blocked || waits].filter(Boolean).join(', ');
}

export function renderProgress({ phase, done, total }: Progress): string {
  const share = done !== undefined && total ? ` ${Math.min(100, Math.floor((100 * done) / total))} %` : '';
  return `${phase}${share}`;
}
