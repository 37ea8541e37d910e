import type { EventEntry } from '../event-entry';

/** Applications that wait for the schema, and the role that lets them see it. */
export const SCHEMA_EVENTS = {
  status_granted: { levels: ['info'], meaning: 'A role may now see the schema version.', has: ['role'] },
  status_grant_postponed: {
    levels: ['info'],
    meaning: 'There is no history to grant on yet; the first migration makes it.',
  },
  schema_waiting: {
    levels: ['info', 'warn'],
    meaning: 'The schema is not there yet (`info`), or could not be seen (`warn`).',
    has: ['waited_ms', 'left_ms'],
    may: ['remedy'],
  },
  schema_there: { levels: ['info'], meaning: 'The schema that was waited for is there.' },
} as const satisfies Record<string, EventEntry>;
