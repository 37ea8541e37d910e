import type { ClassifiedStatement } from '../sql/script-statements';

/**
 * What DISCARD ALL does, without the release of the session's advisory locks: the migration lock is one of them, and
 * another runner would take it in the gap.
 *
 * @see https://www.postgresql.org/docs/current/sql-discard.html
 */
export const DISCARD_ALL = [
  ...['close all', 'set session authorization default', 'reset all', 'deallocate all', 'unlisten *'],
  ...['discard plans', 'discard temp', 'discard sequences'],
].join('; ');

export function isDiscardAll({ kind }: ClassifiedStatement): boolean {
  return kind.kind === 'non-transactional' && kind.what === 'DISCARD ALL';
}
