import type { Field } from '../field';

/** What every line begins with. */
export const LINE_FIELDS = {
  time: {
    type: 'string',
    openTelemetry: 'Timestamp',
    meaning: "When it happened, by the runner's clock: ISO 8601 in UTC, with milliseconds.",
  },
  level: { type: 'string', openTelemetry: 'SeverityText', meaning: '`info`, `warn` or `error`.' },
  event: { type: 'string', openTelemetry: 'EventName', meaning: 'What happened, as one of the names below.' },
  message: { type: 'string', openTelemetry: 'Body', meaning: 'The same as a sentence for people.' },
} as const satisfies Record<string, Field>;

/** What any line can have: where it comes from, and what the run was doing. */
export const STANDING_FIELDS = {
  run_id: { type: 'string', meaning: 'Id of the run (UUID), the same in the record of the run.' },
  job: {
    type: 'string',
    openTelemetry: 'k8s.job.name',
    meaning: 'Name of the Job; absent outside a cluster.',
  },
  pod: {
    type: 'string',
    openTelemetry: 'k8s.pod.name',
    meaning: 'Name of the pod; absent outside a cluster.',
  },
  image: {
    type: 'string',
    openTelemetry: 'container.image.name',
    meaning: 'The image as the manifest names it, with tag or digest; absent outside a cluster.',
  },
  trace_id: {
    type: 'string',
    openTelemetry: 'TraceId',
    meaning: 'Id of the trace of the run (hexadecimal), where traces are sent.',
  },
  span_id: {
    type: 'string',
    openTelemetry: 'SpanId',
    meaning: 'Id of the span that was open (hexadecimal), where traces are sent.',
  },
  migration: {
    type: 'string',
    meaning:
      'Tag of the migration that it is about; of a line that is about none, the migration that was being applied or undone.',
  },
  statement: {
    type: 'integer',
    meaning:
      'Number of the statement in the script, from 1; of a line that is about none, the statement that ran.',
  },
} as const satisfies Record<string, Field>;
