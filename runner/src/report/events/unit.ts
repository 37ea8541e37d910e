import type { EventEntry } from '../event-entry';

/** Units (what commits together) and the migrations in them. */
export const UNIT_EVENTS = {
  unit_started: {
    levels: ['info'],
    meaning: 'A unit begins: its migrations are applied, or undone.',
    has: ['migrations'],
  },
  unit_retried: {
    levels: ['warn'],
    meaning: 'A unit did not get its locks in time and was rolled back; it is tried again.',
    has: ['attempt'],
    may: ['migration', 'statement', 'place', 'sqlstate', 'detail'],
  },
  unit_split: {
    levels: ['warn'],
    meaning: 'A unit is committed in two, because a new enum value is used in it.',
    may: ['migration', 'sqlstate'],
  },
  unit_stepwise: {
    levels: ['warn'],
    meaning: 'A migration uses an enum value that it adds itself, so it runs statement by statement.',
    may: ['migration', 'sqlstate'],
  },
  unit_failed: {
    levels: ['error'],
    meaning:
      'A unit failed: at which migration and statement, what was taken back, and what was not begun. Without `migration` it was no statement of a file: its COMMIT was refused or its outcome is unknown, or a signal or a lost connection ended it in between.',
    has: ['rolled_back', 'not_started', 'duration_ms'],
    may: ['migration', 'statement', 'place', 'sqlstate'],
  },
  unit_committed: {
    levels: ['info'],
    meaning: 'A unit is committed: its migrations are applied, or undone, for good.',
    has: ['migrations', 'duration_ms'],
  },
  migration_applied: {
    levels: ['info'],
    meaning: 'A migration is applied and committed; `duration_ms` is without the commit.',
    has: ['migration'],
    may: ['duration_ms'],
  },
  resume_risk: {
    levels: ['warn'],
    meaning: 'Should the run be killed, what this statement makes could not be resumed.',
    has: ['migration', 'statement'],
  },
  statement_resumed: {
    levels: ['info'],
    meaning: 'A run before this one has done the statement, so it is not run again.',
    has: ['migration', 'statement'],
  },
} as const satisfies Record<string, EventEntry>;
