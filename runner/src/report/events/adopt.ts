import type { EventEntry } from '../event-entry';

/** Changes of the history without a migration: `baseline` and `repair`. */
export const ADOPT_EVENTS = {
  baseline_plan: {
    levels: ['info'],
    meaning: 'Which migrations are to be marked as applied without being run.',
    has: ['target', 'token', 'history_rows', 'detail'],
  },
  baseline_evidence: {
    levels: ['info', 'warn'],
    meaning: 'Whether the catalog looks as this migration leaves it; `warn` where it does not.',
    has: ['migration', 'objects'],
    may: ['unseen', 'detail'],
  },
  baseline_done: { levels: ['info'], meaning: 'They are marked and committed.', has: ['migrations'] },
  nothing_to_baseline: { levels: ['info'], meaning: 'They are marked already.' },
  repair_plan: {
    levels: ['info'],
    meaning: 'Which rows of the history and of the progress are to be changed.',
    has: ['token', 'history_rows', 'progress', 'forgotten', 'detail'],
  },
  repair_warning: {
    levels: ['warn'],
    meaning: 'What a repair leaves as it is, or forgets.',
    may: ['migration', 'statements', 'detail', 'remedy'],
  },
  repair_done: { levels: ['info'], meaning: 'The history is changed and committed.', has: ['changes'] },
  nothing_to_repair: { levels: ['info'], meaning: 'Nothing of the history is to be changed.' },
} as const satisfies Record<string, EventEntry>;
