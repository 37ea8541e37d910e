import type { EventEntry } from '../event-entry';

/** The migrations folder and the history in the database. */
export const HISTORY_EVENTS = {
  history_status: {
    levels: ['info'],
    meaning: 'What is applied and what is pending, after the work.',
    has: ['applied', 'pending', 'detail'],
    may: ['stopped_midway'],
  },
  journal_warning: { levels: ['warn'], meaning: 'Something is odd about the migrations folder.' },
  out_of_order: {
    levels: ['warn'],
    meaning: 'A migration comes before one that is applied already; it is applied all the same.',
    may: ['migration'],
  },
  history_warning: {
    levels: ['warn'],
    meaning: 'Something is odd about the history, and accepted.',
    may: ['migration', 'remedy'],
  },
  history_upgraded: { levels: ['info'], meaning: 'The history table got the format that the folder needs.' },
  progress_unreadable: {
    levels: ['warn'],
    meaning: 'Whether a migration stopped midway is not known, because the role may not read that.',
    may: ['remedy'],
  },
  nothing_pending: { levels: ['info'], meaning: 'Every migration is applied already.' },
} as const satisfies Record<string, EventEntry>;
