import type { Field } from '../field';

/** Migrations, the history of them, and what is waited for. */
export const MIGRATION_FIELDS = {
  migrations: { type: 'string[]', meaning: 'Tags of the migrations, in the order of the work.' },
  applied: { type: 'integer', meaning: 'How many migrations are applied, or this run has applied.' },
  pending: { type: 'string[]', meaning: 'Tags of what is not applied yet.' },
  stopped_midway: { type: 'string[]', meaning: 'Tags of what stopped midway; the next run goes on there.' },
  rolled_back: {
    type: 'string[]',
    meaning: 'Tags of what was begun and taken back with the transaction; nothing of it is in the database.',
  },
  not_started: { type: 'string[]', meaning: 'Tags of what was to come and was not begun.' },
  holder: { type: 'string', meaning: 'Who holds the migration lock.' },
  partition: { type: 'string', meaning: 'Which partition of how many it is at, for example `2 of 5`.' },
  phase: { type: 'string', meaning: 'What PostgreSQL is doing, in its own words.' },
  done: { type: 'integer', meaning: 'How much of `total` is done: blocks, tuples, or sessions waited for.' },
  total: { type: 'integer', meaning: 'How much there is to do in this phase; 0 where that is not known.' },
  elapsed_ms: { type: 'integer', unit: 'ms', meaning: 'How long the statement has been running.' },
  waited_ms: { type: 'integer', unit: 'ms', meaning: 'How long it has been waiting.' },
  left_ms: { type: 'integer', unit: 'ms', meaning: 'How long it will still wait.' },
  wait_event_type: { type: 'string', meaning: 'What the backend waits for, as `pg_stat_activity` has it.' },
  wait_event: { type: 'string', meaning: 'The same in particular.' },
  waiting_for_pid: {
    type: 'integer',
    meaning: 'Process id of the session that is waited for, on the server.',
  },
  waiting_for_pids: {
    type: 'integer[]',
    meaning: 'Process ids of the sessions that are waited for, on the server.',
  },
  pid: { type: 'integer', meaning: 'Process id of a session, on the server.' },
  role: { type: 'string', meaning: 'Name of a role of the database.' },
} as const satisfies Record<string, Field>;
