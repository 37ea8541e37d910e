import type { Field } from '../field';

/** The plan of a rollback, what it loses, and what is kept of that. */
export const ROLLBACK_FIELDS = {
  target: {
    type: 'string',
    isNullable: true,
    meaning: 'The last migration that stays applied, or is marked as applied; null where none stays.',
  },
  database: { type: 'string', openTelemetry: 'db.namespace', meaning: 'Name of the database.' },
  scripts: {
    type: 'object[]',
    meaning:
      'What is run: `migration`, `history_id`, `script`, `source` (`file` or `stored`), `script_hash`.',
  },
  token: { type: 'string', meaning: 'Confirms exactly this plan; it is no secret.' },
  token_expires: { type: 'string', meaning: "Until when it does (ISO 8601), by the database's clock." },
  losses: {
    type: 'object[]',
    meaning:
      'What is destroyed: `kind`, `what`, `migration` and, where known, `table`, `column`, `rows`, `isEstimate`, `uncounted`, `via`.',
  },
  command_line: { type: 'string', meaning: 'What to call for it.' },
  variables: { type: 'string', meaning: 'Environment variables to set for it, one a line.' },
  seconds_left: { type: 'integer', unit: 's', meaning: 'How long the rollback can still be stopped.' },
  earlier_run_id: { type: 'string', meaning: 'Id of an earlier run that this is about.' },
  undone: { type: 'string[]', meaning: 'Tags of what was undone and committed.' },
  still_applied: { type: 'string[]', meaning: 'Tags of what was to be undone and is still applied.' },
  mode: { type: 'string', meaning: '`ROLLBACK_KEEP`: what becomes of the rows that are lost.' },
  bytes: { type: 'integer', unit: 'By', meaning: 'Size of the tables whose rows are kept.' },
  limitBytes: { type: 'integer', unit: 'By', meaning: '`ROLLBACK_KEEP_LIMIT_MB`.' },
  fits: { type: 'string', meaning: '`yes`, `open` (only the copies will tell) or `refused`.' },
  schema: { type: 'string', meaning: 'The schema that holds what is kept.' },
  tables: { type: 'object[]', meaning: 'What was copied: the table, its copy, `rows`, `bytes`.' },
  rows: { type: 'integer', meaning: 'How many rows.' },
  copies: { type: 'object[]', meaning: 'What was put back of each copy.' },
  triggers: { type: 'string[]', meaning: 'Triggers that did not fire for the rows that came back.' },
  sequences: { type: 'string[]', meaning: 'Sequences that were moved on.' },
  notApplied: { type: 'string[]', meaning: 'Tags of migrations that are not in the history.' },
} as const satisfies Record<string, Field>;
