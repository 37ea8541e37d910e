import type { EventEntry } from '../event-entry';

/** The plan of a rollback, its confirmation, and the rollback itself. */
export const ROLLBACK_EVENTS = {
  rollback_plan: {
    levels: ['info'],
    meaning: 'What is to be undone, in this order.',
    has: ['migrations', 'target', 'database', 'scripts', 'token', 'token_expires', 'detail'],
  },
  rollback_warning: {
    levels: ['warn'],
    meaning: 'What a person should know before the rollback; with `losses`, what it destroys.',
    may: ['migration', 'place', 'losses', 'detail', 'remedy', 'earlier_run_id'],
  },
  rollback_keep: {
    levels: ['info', 'warn'],
    meaning: 'What will become of the rows that are lost.',
    has: ['mode', 'bytes', 'limitBytes', 'fits'],
    may: ['remedy'],
  },
  rollback_token: { levels: ['info'], meaning: 'What confirms this plan.', has: ['token', 'detail'] },
  rollback_next: {
    levels: ['info'],
    meaning: 'How to carry out exactly this plan.',
    has: ['variables', 'detail'],
    may: ['command_line'],
  },
  rollback_delay: {
    levels: ['warn'],
    meaning: 'The rollback begins soon; it can still be stopped.',
    has: ['seconds_left'],
  },
  rollback_resumed: {
    levels: ['info'],
    meaning: 'A confirmed rollback that stopped midway goes on.',
    has: ['earlier_run_id'],
  },
  rollback_script_done: {
    levels: ['info'],
    meaning: 'A migration is undone, but not committed yet.',
    has: ['migration', 'duration_ms'],
  },
  rollback_failed: {
    levels: ['error'],
    meaning: 'The rollback failed: where, what stays undone, and what is still applied.',
    has: ['undone', 'still_applied', 'duration_ms'],
    may: ['migration', 'statement', 'place', 'sqlstate'],
  },
  rollback_done: {
    levels: ['info'],
    meaning: 'Everything after the target is undone and committed.',
    has: ['migrations'],
  },
  nothing_to_roll_back: {
    levels: ['info'],
    meaning: 'The target is the last applied migration already.',
    may: ['earlier_run_id'],
  },
} as const satisfies Record<string, EventEntry>;
