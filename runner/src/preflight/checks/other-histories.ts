import type { HistoryElsewhere } from '../../migrate/other-history';
import { type Finding, refuse, warn } from '../check';

/** Where the history does not exist, but one in another place does: a misspelt name makes everything pending. */
export function checkOtherHistories(found: readonly HistoryElsewhere[]): Finding[] {
  return found.map(({ message, remedy, isOurs }) =>
    isOurs
      ? refuse('tracking table', 'CONFIG', message, { remedy })
      : warn('tracking table', message, remedy),
  );
}
