import type { EventEntry } from '../event-entry';

/** The connection to the database, and the lock that lets one run work at a time. */
export const CONNECTION_EVENTS = {
  connect_retry: {
    levels: ['warn'],
    meaning: 'The database could not be reached; it is tried again.',
    has: ['attempt'],
  },
  server_notice: {
    levels: ['info', 'warn'],
    meaning:
      'PostgreSQL, or code that runs in it, says something: INFO and NOTICE as `info`, WARNING as `warn`.',
    has: ['severity'],
    may: ['migration', 'statement', 'sqlstate', 'detail', 'left_out'],
  },
  lock_waiting: {
    levels: ['info'],
    meaning: 'Another run holds the migration lock; it is waited for.',
    has: ['holder'],
  },
  observer_unavailable: {
    levels: ['warn'],
    meaning: 'There is no second connection, so nobody sees whom a statement waits for.',
    has: ['remedy'],
  },
} as const satisfies Record<string, EventEntry>;
