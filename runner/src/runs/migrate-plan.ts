import type { Migration } from '../../../core/journal';

/** A record is no dump of a folder. */
const MOST = 2000;

/** What a run is to apply, for its record: of one that is killed, nothing else tells what it had not come to. */
export function migratePlan(pending: readonly Migration[]): object {
  return { members: pending.slice(0, MOST).map(({ tag, hash }) => ({ migration: tag, hash })) };
}
