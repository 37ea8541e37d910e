import type { EventEntry } from '../event-entry';

/** Statements that take long, or wait. */
export const STATEMENT_EVENTS = {
  statement_progress: {
    levels: ['info'],
    meaning: 'A statement takes long: for how long it has been running, and how far it has come.',
    has: ['migration', 'statement', 'elapsed_ms'],
    may: [
      ...(['wait_event_type', 'wait_event', 'waiting_for_pids'] as const),
      ...(['phase', 'partition', 'done', 'total', 'remedy'] as const),
    ],
  },
  index_progress: {
    levels: ['info'],
    meaning: 'How far the build of an index has come, and for whom it waits.',
    has: ['migration', 'phase', 'done', 'total'],
    may: ['waiting_for_pid'],
  },
  statement_waiting: {
    levels: ['info'],
    meaning: 'A statement that may wait without a limit waits for other sessions.',
    has: ['migration', 'waited_ms', 'remedy'],
    may: ['waiting_for_pids'],
  },
  old_transaction: {
    levels: ['warn'],
    meaning: 'A transaction is so old that a statement will have to wait for its end.',
    has: ['migration', 'remedy'],
    may: ['pid'],
  },
} as const satisfies Record<string, EventEntry>;
