import type { Field } from '../field';

/** Records of runs, and changes of the history without a migration. */
export const RECORD_FIELDS = {
  lost_run_id: { type: 'string', meaning: 'Id of the run that ended without a word.' },
  started_at: { type: 'string', meaning: 'When it began (ISO 8601).' },
  lost_job: { type: 'string', meaning: 'Its Job.' },
  lost_pod: { type: 'string', meaning: 'Its pod.' },
  history_rows: {
    type: 'object[]',
    meaning:
      'Rows of the history that change: `id`, `migration`, `why`, `old` and `new`, as far as there are.',
  },
  progress: { type: 'object[]', meaning: 'Progress that is removed: `migration`, `statements`.' },
  forgotten: { type: 'string[]', meaning: 'Tags of stopped migrations of which nothing is remembered.' },
  statements: {
    type: 'object[]',
    meaning: 'What has run of a stopped migration: `statement`, `state` and, where known, `line`, `text`.',
  },
  objects: { type: 'object[]', meaning: 'What was looked for in the catalog: `object`, `state`, `note`.' },
  unseen: { type: 'object', meaning: "What can't be looked for: how many statements of each sort." },
} as const satisfies Record<string, Field>;
