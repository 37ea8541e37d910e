/** What a variable holds, and what happens when it is absent. */
export interface EnvVariable {
  /** What the variable decides, with its unit. */
  readonly meaning: string;
  /** The value that counts when the variable is unset or empty; absent where there is none. */
  readonly default?: string;
  /** Holds for a password or a URL: never printed, and also read from the file that `<NAME>_FILE` names. */
  readonly secret?: true;
  /** Also read from the file that `<NAME>_FILE` names. */
  readonly file?: true;
  /** Whole numbers: the smallest and the largest value. */
  readonly range?: readonly [number, number];
  /** Written by the constructs; a person does not set it. */
  readonly internal?: true;
}

/** Every environment variable that the runner reads. */
export const ENV = {
  DATABASE_URL: {
    meaning: 'The connection as one URL, `postgresql://user:password@host:port/database?sslmode=…`.',
    secret: true,
    file: true,
  },
  PGHOST: { meaning: 'Host name or address of the database.', file: true },
  PGPORT: { meaning: 'Port of the database.', default: '5432', file: true, range: [1, 65535] },
  PGDATABASE: { meaning: 'Name of the database.', file: true },
  PGUSER: { meaning: 'Role that runs the migrations.', file: true },
  PGPASSWORD: { meaning: 'Password of that role.', secret: true, file: true },
  DATABASE_LOGIN: {
    meaning:
      'How the role logs in: with its `password`, or with a token that the runner fetches for each new connection: `aws-rds-iam` (credentials of the environment, IRSA or EKS Pod Identity) or `azure-entra` (workload identity).',
    default: 'password',
    file: true,
  },
  AWS_REGION: {
    meaning:
      'Region of the database for `aws-rds-iam` where its host name has none, which counts first; without it that of AWS_DEFAULT_REGION.',
  },
  AZURE_ENTRA_SCOPE: {
    meaning: 'What the token of `azure-entra` is for; sovereign clouds have their own.',
    default: 'https://ossrdbms-aad.database.windows.net/.default',
  },
  PGSSLMODE: {
    meaning: 'TLS as libpq means it: disable, prefer, require, verify-ca or verify-full.',
    default: 'prefer',
    file: true,
  },
  PGSSLROOTCERT: {
    meaning:
      'Path of the file with the trusted root certificates (PEM), or `system` for those of Node (or of SSL_CERT_FILE), which alone means verify-full.',
    file: true,
  },
  PGSSLCERT: { meaning: 'Path of the client certificate (PEM), for servers that ask for one.', file: true },
  PGSSLKEY: { meaning: 'Path of the key of that certificate (PEM, not encrypted).', file: true },
  PGSSLCRL: { meaning: 'Path of the revocation lists (PEM) of every CA of the chain.', file: true },
  PGSSLNEGOTIATION: {
    meaning: '`direct` begins TLS at once, which needs PostgreSQL 17; `postgres` asks for it first.',
    default: 'postgres',
    file: true,
  },
  PGSSLMINPROTOCOLVERSION: { meaning: 'Oldest TLS that is accepted.', default: 'TLSv1.2', file: true },
  PGSSLMAXPROTOCOLVERSION: { meaning: 'Newest TLS that is offered.', default: 'TLSv1.3', file: true },
  PGSSLSNI: {
    meaning: 'Whether the server is told the host name that was asked for (`1` or `0`).',
    default: '1',
    file: true,
  },
  MIGRATIONS_FOLDER: { meaning: 'Folder that drizzle-kit writes.', default: 'migrations' },
  MIGRATIONS_SCHEMA: { meaning: "Schema of Drizzle's history table.", default: 'drizzle' },
  MIGRATIONS_TABLE: { meaning: "Name of Drizzle's history table.", default: '__drizzle_migrations' },
  MIGRATIONS_DIGEST: {
    meaning: 'Digest of the folder that the manifest was made for; another folder is refused.',
    internal: true,
  },
  OUT_OF_ORDER: {
    meaning:
      'What to do with a pending migration that comes before an applied one: `apply` it and say so, or `refuse` (81).',
    default: 'apply',
  },
  ACCEPT_EDITED: {
    meaning:
      'Tags, separated by commas, of migrations whose files may differ from what was applied; any other edit is refused (81).',
  },
  ALLOW_DIVERGED: {
    meaning:
      'Whether to migrate although the database has migrations without a file here while others are pending (`true` or `false`).',
    default: 'false',
  },
  ROLLBACK_FOLDER: {
    meaning: 'Folder with rollback scripts that is searched before those beside the migrations.',
  },
  ROLLBACK_TARGET: {
    meaning: 'The last migration that stays applied (its tag, or its number); `empty` means none stays.',
  },
  ROLLBACK_CONFIRM: {
    meaning: 'The token that the plan printed; without it a rollback only shows its plan.',
  },
  CONFIRMED_BY: {
    meaning:
      'Who confirmed the plan of a rollback, baseline or repair, for the record of the run; `drizzle-gate` fills it in.',
  },
  ROLLBACK_DELAY_SECONDS: {
    meaning:
      'Seconds that `rollback-preflight`, the init container of the Job, waits after its warning; deleting the Job stops it. `rollback` itself starts at once.',
    default: '10',
    range: [0, 3600],
  },
  ROLLBACK_TOKEN_SECONDS: {
    meaning: 'Seconds for which the token of a plan confirms it.',
    default: '3600',
    range: [60, 604_800],
  },
  ROLLBACK_COUNT_LIMIT: {
    meaning:
      'Rows up to which a plan counts exactly what is lost; of larger tables it gives the estimate of the server, and says so.',
    default: '1000000',
    range: [0, 1_000_000_000],
  },
  ROLLBACK_KEEP: {
    meaning:
      'What becomes of the rows of dropped tables and columns: `keep` copies them into a schema `drizzle_gate_kept_<time>` in the same transaction, `discard` does not.',
    default: 'keep',
  },
  ROLLBACK_KEEP_LIMIT_MB: {
    meaning:
      'Megabytes (2^20 bytes) that a rollback may keep; when there is more it is refused (85) until ROLLBACK_KEEP is `discard` or the limit is higher.',
    default: '1024',
    range: [0, 1_048_576],
  },
  CONNECT_TIMEOUT_SECONDS: {
    meaning: 'Seconds that one attempt to connect may take.',
    default: '10',
    range: [1, 300],
  },
  CONNECT_RETRY_SECONDS: {
    meaning: 'Seconds for which an unreachable database is tried again before the runner gives up.',
    default: '30',
    range: [0, 3600],
  },
  LOCK_WAIT_SECONDS: {
    meaning: 'Seconds to wait for another migration of the same database to end.',
    default: '300',
    range: [0, 86_400],
  },
  LOCK_TIMEOUT_MS: {
    meaning:
      'Milliseconds that a unit may wait for locks, all its waits together, before it is rolled back and tried again.',
    default: '5000',
    range: [1, 600_000],
  },
  LOCK_RETRIES: {
    meaning: 'How often a unit that did not get its locks is tried again.',
    default: '10',
    range: [0, 1000],
  },
  TRANSACTION_MODE: {
    meaning:
      '`all`: consecutive migrations that can run in a transaction commit together; `each`: every migration commits alone.',
    default: 'all',
  },
  STATEMENT_TIMEOUT_MS: {
    meaning: 'Milliseconds that one statement may take; 0 means no limit.',
    default: '0',
    range: [0, 86_400_000],
  },
  LOG_FORMAT: {
    meaning: '`json` (one object per line) or `text`. By default text on a terminal and json elsewhere.',
  },
  SHOW_ERROR_DETAIL: {
    meaning:
      "`true` shows the server's DETAIL and CONTEXT and the values that it refuses; they can hold row data, so `false` leaves them out.",
    default: 'false',
  },
  GRANT_STATUS_TO: {
    meaning:
      'Roles, separated by commas, that `migrate` lets see the schema version: USAGE on the schema of the history, SELECT on its table.',
  },
  JOB_NAME: { meaning: 'Name of the Job, for the record of the run.', internal: true },
  POD_NAME: { meaning: 'Name of the pod, for the record of the run.', internal: true },
  IMAGE: { meaning: 'The image as the manifest names it, for the record of the run.', internal: true },
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    meaning:
      'URL of an OpenTelemetry collector that takes OTLP over HTTP, for example `http://collector:4318`; the runner sends it a trace and metrics of each run. Unset, and with no endpoint of a signal (`OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, `OTEL_EXPORTER_OTLP_METRICS_ENDPOINT`), nothing is sent and OpenTelemetry is not even loaded. The other variables of its SDK count as well.',
  },
  OTEL_EXPORTER_OTLP_HEADERS: {
    meaning: 'Headers for the collector, `name=value` separated by commas; a login for example.',
    secret: true,
    file: true,
  },
  OTEL_RESOURCE_ATTRIBUTES: {
    meaning:
      'Attributes of everything that is sent, `name=value` separated by commas; `deployment.environment.name` and `k8s.namespace.name` become labels of the metrics.',
  },
  TRACEPARENT: {
    meaning: 'Trace and span that the run belongs to, as W3C Trace Context writes them.',
  },
  PUSHGATEWAY_URL: {
    meaning:
      "URL of a Prometheus Pushgateway that gets the run's metrics at its end, for example `http://pushgateway:9091`. A user and password can stand in it.",
    secret: true,
    file: true,
  },
  WAIT_TIMEOUT_SECONDS: {
    meaning: 'Seconds that `wait` waits for the schema before it gives up (91); with 0 it looks once.',
    default: '300',
    range: [0, 86_400],
  },
  WAIT_MAX_NEWER: {
    meaning:
      'How many migrations the schema may have beyond those of this release; a schema that is newer still is refused (81). Unset, any newer schema passes.',
    range: [0, 1_000_000],
  },
  WAIT_OLDEST_MIGRATION: {
    meaning:
      'The oldest migration that this release can live with (its tag, or its number); `wait` asks for it and those before it. Unset, for all.',
  },
  WAIT_OLDEST_COUNT: { meaning: 'How many migrations these are.', range: [1, 1_000_000], internal: true },
  WAIT_OLDEST_DIGEST: { meaning: 'Which migrations these are.', internal: true },
  WAIT_MIGRATION: { meaning: 'The last migration that this release was built with.', internal: true },
  WAIT_COUNT: {
    meaning: 'How many migrations this release was built with.',
    range: [1, 1_000_000],
    internal: true,
  },
  WAIT_DIGEST: { meaning: 'Which migrations this release was built with.', internal: true },
  COMMAND_LINE: { meaning: 'How the command was called, for remedies that repeat it.', internal: true },
  OUTPUT_AS_EVENTS: {
    meaning:
      "`true` writes everything as JSON lines to standard output, what was asked for as events `output`: a pod's log has no second stream.",
    default: 'false',
    internal: true,
  },
  CONTRACT_VERSION: { meaning: 'Version of this contract that the manifest was made for.', internal: true },
} as const satisfies Record<string, EnvVariable>;
export type EnvName = keyof typeof ENV;

/** The word in ROLLBACK_TARGET that means: no migration stays applied. */
export const EMPTY_TARGET = 'empty';
