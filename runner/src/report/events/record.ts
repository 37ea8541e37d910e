import type { EventEntry } from '../event-entry';

/** What the runner keeps in the database about its runs. */
export const RECORD_EVENTS = {
  run_record_unavailable: {
    levels: ['warn'],
    meaning: 'This run is not recorded in the database; it goes on.',
    may: ['remedy'],
  },
  previous_run_lost: {
    levels: ['warn'],
    meaning: 'The run before this one ended without a word: it was killed, or lost its connection.',
    has: ['lost_run_id', 'started_at'],
    may: ['lost_job', 'lost_pod'],
  },
  script_not_stored: {
    levels: ['warn'],
    meaning: 'A rollback script is not stored in the database, so only an image that has it can roll back.',
    may: ['migration', 'remedy'],
  },
} as const satisfies Record<string, EventEntry>;
