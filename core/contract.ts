/**
 * What the manifest and the runner must agree on. Both sides are released apart and will drift, so everything
 * that one writes and the other reads is named here, and nowhere else. This file imports nothing.
 */

/** Version of this contract. The manifest carries it, the runner refuses another one (exit code 84). */
export const CONTRACT_VERSION = '1';

/** Commands of the runner: the first argument of the container. */
export const Command = {
  PREFLIGHT: 'preflight',
  MIGRATE: 'migrate',
  ROLLBACK_PREFLIGHT: 'rollback-preflight',
  ROLLBACK: 'rollback',
  ROLLBACK_PLAN: 'rollback-plan',
  ROLLBACK_KEPT: 'rollback-kept',
  STATUS: 'status',
  BASELINE: 'baseline',
  REPAIR: 'repair',
} as const;
export type CommandName = (typeof Command)[keyof typeof Command];

/** Names of the containers in the Jobs; the failure policy binds exit codes to them. */
export const ContainerName = {
  PREFLIGHT: 'pre-flight-check',
  MIGRATE: 'migrate',
  ROLLBACK_PREFLIGHT: 'pre-rollback-check',
  ROLLBACK: 'rollback',
} as const;

/** Where things lie in the image and in the pod. */
export const Path = {
  /** The migrations folder that is baked into the image. */
  IMAGE_MIGRATIONS: '/app/migrations',
  /** Where a ConfigMap with migrations is mounted instead. */
  MOUNTED_MIGRATIONS: '/var/run/drizzle-gate/migrations',
  /** Where the ConfigMap with the rollback scripts is mounted. */
  MOUNTED_ROLLBACK_SCRIPTS: '/var/run/drizzle-gate/rollback',
  /** Where the trusted root certificates of the database are mounted. */
  MOUNTED_ROOTS: '/var/run/drizzle-gate/ca',
  /** Where the client certificate and its private key are mounted. */
  MOUNTED_CLIENT_CERTIFICATE: '/var/run/drizzle-gate/client-certificate',
  /** Where files with the parts of the login are mounted. */
  MOUNTED_CREDENTIALS: '/var/run/drizzle-gate/credentials',
  /** The runner in the image; its ENTRYPOINT starts it, the manifest gives the command. */
  IMAGE_RUNNER: '/app/runner.mjs',
  /** Where Kubernetes reads the summary of a finished container. */
  TERMINATION_LOG: '/dev/termination-log',
  /** A writable place, bounded, because the root file system is read-only. */
  TMP: '/tmp',
} as const;

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
  COMMAND_LINE: { meaning: 'How the command was called, for remedies that repeat it.', internal: true },
  CONTRACT_VERSION: { meaning: 'Version of this contract that the manifest was made for.', internal: true },
} as const satisfies Record<string, EnvVariable>;
export type EnvName = keyof typeof ENV;

/** The word in ROLLBACK_TARGET that means: no migration stays applied. */
export const EMPTY_TARGET = 'empty';

/** What the Job does when a container ends with a code. */
export type JobAction = 'complete' | 'fail' | 'retry' | 'none';

export interface ExitCodeRow {
  readonly code: number;
  readonly meaning: string;
  /** `fail`: it can't succeed, so the Job fails at once. `retry`: within backoffLimit. `none`: no Job is involved. */
  readonly job: JobAction;
}

/** Every exit code. Node uses 1 to 14, shells 126 to 128, signals 128 and up: our own start at 64. */
export const EXIT = {
  OK: { code: 0, meaning: "the command's promise holds", job: 'complete' },
  USAGE: { code: 64, meaning: 'wrong arguments', job: 'fail' },
  UNAVAILABLE: { code: 69, meaning: 'database unreachable or gone', job: 'retry' },
  INTERNAL: { code: 70, meaning: 'a fault of the runner itself', job: 'retry' },
  TRY_AGAIN: {
    code: 75,
    meaning: 'try again: lock not obtained, deadlock, serialization failure or interrupted',
    job: 'retry',
  },
  ACCESS: { code: 77, meaning: 'login or privilege refused', job: 'fail' },
  CONFIG: { code: 78, meaning: 'configuration wrong; every problem is listed', job: 'fail' },
  PREFLIGHT: { code: 80, meaning: 'pre-flight check refused', job: 'fail' },
  MISMATCH: {
    code: 81,
    meaning: 'history, files or manifest disagree: edited, diverged or another folder',
    job: 'fail',
  },
  MIGRATION_FAILED: { code: 82, meaning: 'a migration failed and its unit was rolled back', job: 'fail' },
  NO_ROLLBACK: {
    code: 83,
    meaning: 'no rollback script for a migration in the range, or it is irreversible',
    job: 'fail',
  },
  CONTRACT: { code: 84, meaning: 'contract version of manifest and image differ', job: 'fail' },
  NOT_CONFIRMED: {
    code: 85,
    meaning: 'a plan (of a rollback, baseline or repair) is not confirmed; it is printed with its token',
    job: 'fail',
  },
  HALFWAY: {
    code: 86,
    meaning: 'a migration or rollback outside a transaction stopped midway; the next run resumes it',
    job: 'retry',
  },
  CLUSTER_REFUSED: {
    code: 87,
    meaning: 'drizzle-gate: the cluster refused or could not start the Job',
    job: 'none',
  },
  STILL_RUNNING: { code: 88, meaning: 'drizzle-gate: followed too long; the Job still runs', job: 'none' },
  API_UNREACHABLE: { code: 89, meaning: 'drizzle-gate: Kubernetes API unreachable', job: 'none' },
  CHECKS_FAILED: { code: 90, meaning: 'drizzle-gate: checks found problems', job: 'none' },
  WAIT_EXPIRED: { code: 91, meaning: 'waiting for the schema took too long', job: 'none' },
  INTERRUPTED: { code: 130, meaning: 'drizzle-gate: interrupted with Ctrl-C', job: 'none' },
} as const satisfies Record<string, ExitCodeRow>;
export type ExitName = keyof typeof EXIT;

/** The codes after which a retry is useless, in ascending order: the Job's failure policy ends on them at once. */
export function finalExitCodes(): number[] {
  return Object.values(EXIT)
    .filter((row) => row.job === 'fail')
    .map((row) => row.code)
    .sort((a, b) => a - b);
}
