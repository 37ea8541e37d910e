import type { Field } from '../field';

/** What is wrong, where, and what to do about it. */
export const PROBLEM_FIELDS = {
  sqlstate: {
    type: 'string',
    openTelemetry: 'db.response.status_code',
    meaning: "PostgreSQL's code of the error or notice, for example `42P01`.",
  },
  place: {
    type: 'object',
    meaning:
      'Where in a script: `file`, `line` and, where known, `column` (both from 1) and `statement`. `file` is the path in the migrations folder, of a rollback script its name.',
  },
  detail: {
    type: 'string',
    meaning: 'More lines for people: the place in the file, who holds a lock, a list.',
  },
  remedy: { type: 'string', meaning: 'What to do about it.' },
  attempt: { type: 'integer', meaning: 'Which attempt failed, from 1.' },
  severity: { type: 'string', meaning: "PostgreSQL's word: `INFO`, `NOTICE` or `WARNING`." },
  left_out: { type: 'integer', meaning: 'How many more there were that are not shown.' },
  check: { type: 'string', meaning: 'Which of the checks, for example `privileges`.' },
  refusals: { type: 'integer', meaning: 'How many checks refused.' },
} as const satisfies Record<string, Field>;
