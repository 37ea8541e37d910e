/** A number that the runner reports where it is told to: to an OpenTelemetry collector or a Pushgateway. */
export interface Metric {
  /** Name in OpenTelemetry. */
  readonly name: string;
  readonly instrument: 'counter' | 'gauge' | 'histogram';
  /** In UCUM, as OpenTelemetry writes it. */
  readonly unit: string;
  /** Name in Prometheus; of a histogram, the name before `_sum`, `_count` and `_bucket`. */
  readonly prometheus: string;
  readonly meaning: string;
  /** What tells apart its series, besides what every series carries. */
  readonly attributes: readonly string[];
}

/**
 * Attributes of every series, because a pod lives too short for a join with `target_info`: the database, and where the
 * run takes place as far as it is known.
 */
export const STANDING_ATTRIBUTES = [
  'db.namespace',
  'k8s.namespace.name',
  'deployment.environment.name',
] as const;

/** Every metric of the runner. */
export const METRICS = {
  RUN_START: {
    name: 'drizzle_gate.run.start_time',
    instrument: 'gauge',
    unit: 's',
    prometheus: 'drizzle_gate_run_start_time_seconds',
    meaning: 'When the run began, in seconds since 1970.',
    attributes: ['command'],
  },
  RUN_END: {
    name: 'drizzle_gate.run.end_time',
    instrument: 'gauge',
    unit: 's',
    prometheus: 'drizzle_gate_run_end_time_seconds',
    meaning: 'When the run ended, in seconds since 1970. A run that was killed has none.',
    attributes: ['command', 'outcome', 'exit_code'],
  },
  RUN_DURATION: {
    name: 'drizzle_gate.run.duration',
    instrument: 'histogram',
    unit: 's',
    prometheus: 'drizzle_gate_run_duration_seconds',
    meaning: 'How long the run took.',
    attributes: ['command', 'outcome', 'exit_code'],
  },
  MIGRATION_DURATION: {
    name: 'drizzle_gate.migration.duration',
    instrument: 'gauge',
    unit: 's',
    prometheus: 'drizzle_gate_migration_duration_seconds',
    meaning: 'How long a migration took to be applied or undone, without the commit.',
    attributes: ['migration', 'way', 'outcome'],
  },
  LOCK_WAIT: {
    name: 'drizzle_gate.lock.wait.duration',
    instrument: 'histogram',
    unit: 's',
    prometheus: 'drizzle_gate_lock_wait_duration_seconds',
    meaning:
      'How long the run waited for the migration lock (`migration`) or for locks on what a statement works on (`statement`).',
    attributes: ['lock', 'obtained'],
  },
  RETRIES: {
    name: 'drizzle_gate.retries',
    instrument: 'counter',
    unit: '{retry}',
    prometheus: 'drizzle_gate_retries_total',
    meaning: 'How often something was tried again: a unit without its locks (`lock`), a `connection`.',
    attributes: ['reason'],
  },
  SCHEMA_MIGRATIONS: {
    name: 'drizzle_gate.schema.migrations',
    instrument: 'gauge',
    unit: '{migration}',
    prometheus: 'drizzle_gate_schema_migrations',
    meaning: 'How many migrations are `applied`, and how many `pending`.',
    attributes: ['state'],
  },
  SCHEMA_VERSION: {
    name: 'drizzle_gate.schema.version',
    instrument: 'gauge',
    unit: '{migration}',
    prometheus: 'drizzle_gate_schema_version',
    meaning: 'The number of applied migrations, with the last of them as `migration`.',
    attributes: ['migration'],
  },
} as const satisfies Record<string, Metric>;
export type MetricName = keyof typeof METRICS;
