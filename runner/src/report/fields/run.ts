import type { Field } from '../field';

/** How a run went, and what it was given. */
export const RUN_FIELDS = {
  command: { type: 'string', meaning: 'The command of the run, for example `migrate`.' },
  outcome: { type: 'string', meaning: '`succeeded` or `failed`.' },
  exitCode: {
    type: 'integer',
    openTelemetry: 'process.exit.code',
    meaning: 'Exit code; the README says what each means.',
  },
  duration_ms: { type: 'integer', unit: 'ms', meaning: 'How long it took.' },
  last: { type: 'string', meaning: 'The last migration that was applied, or that is waited for.' },
  migration_count: { type: 'integer', meaning: 'How many migrations were undone, or marked as applied.' },
  changes: { type: 'integer', meaning: 'How many changes of the history were made.' },
  restored: { type: 'string', meaning: 'The schema whose rows were put back.' },
  removed: { type: 'string', meaning: 'The schema of kept rows that was removed.' },
  kept: { type: 'integer', meaning: 'How many schemas of kept rows there are.' },
  runs: { type: 'integer', meaning: 'How many recorded runs were shown.' },
  summary: { type: 'string', meaning: 'The state of the schema in a sentence.' },
  count: { type: 'integer', meaning: 'How many migrations the schema that is waited for has.' },
  newer: { type: 'integer', meaning: 'How many applied migrations this release does not know.' },
  looks: { type: 'integer', meaning: 'How often the history was looked at.' },
  text: { type: 'string', meaning: 'A part of the output; put together in order, the parts are all of it.' },
  part: { type: 'integer', meaning: 'Number of the part, from 1.' },
  parts: { type: 'integer', meaning: 'How many parts there are.' },
  variable: { type: 'string', meaning: 'Name of the environment variable.' },
} as const satisfies Record<string, Field>;
