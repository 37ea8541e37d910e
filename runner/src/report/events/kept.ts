import type { EventEntry } from '../event-entry';

/** Rows that a rollback keeps, and what becomes of them. */
export const KEPT_EVENTS = {
  rows_kept: {
    levels: ['info'],
    meaning: 'Rows that the rollback loses are copied, but not committed yet.',
    has: ['schema', 'tables', 'detail'],
  },
  rows_not_kept: {
    levels: ['warn'],
    meaning: 'As it was told, the rollback copies nothing.',
    has: ['detail'],
  },
  kept_restored: {
    levels: ['info', 'warn'],
    meaning: 'Kept rows are put back, or sequences moved on for them; `warn` where only a part came back.',
    has: ['sequences'],
    may: ['schema', 'copies', 'triggers', 'notApplied', 'undone', 'detail', 'remedy'],
  },
  kept_warning: {
    levels: ['warn'],
    meaning: 'What a person should know about kept rows.',
    may: ['migration', 'remedy'],
  },
  kept_removed: { levels: ['info'], meaning: 'Kept rows are removed for good.', has: ['schema', 'rows'] },
} as const satisfies Record<string, EventEntry>;
