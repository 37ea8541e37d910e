import type { ExitName } from '../../../core/contract';

/** The SQLSTATE codes that the runner decides on, by PostgreSQL's own condition names. */
export const SqlState = {
  INVALID_PASSWORD: '28P01',
  INVALID_AUTHORIZATION: '28000',
  INVALID_CATALOG_NAME: '3D000',
  INSUFFICIENT_PRIVILEGE: '42501',
  TOO_MANY_CONNECTIONS: '53300',
  DISK_FULL: '53100',
  SERIALIZATION_FAILURE: '40001',
  DEADLOCK_DETECTED: '40P01',
  LOCK_NOT_AVAILABLE: '55P03',
  UNSAFE_NEW_ENUM_VALUE_USAGE: '55P04',
  QUERY_CANCELED: '57014',
  ADMIN_SHUTDOWN: '57P01',
  CRASH_SHUTDOWN: '57P02',
  CANNOT_CONNECT_NOW: '57P03',
  ACTIVE_SQL_TRANSACTION: '25001',
  READ_ONLY_SQL_TRANSACTION: '25006',
  INVALID_TRANSACTION_TERMINATION: '2D000',
  DUPLICATE_TABLE: '42P07',
  DUPLICATE_OBJECT: '42710',
  DUPLICATE_DATABASE: '42P04',
  SYNTAX_ERROR: '42601',
  DUPLICATE_COLUMN: '42701',
  UNDEFINED_TABLE: '42P01',
  UNDEFINED_COLUMN: '42703',
  UNDEFINED_OBJECT: '42704',
  NOT_NULL_VIOLATION: '23502',
  FOREIGN_KEY_VIOLATION: '23503',
  UNIQUE_VIOLATION: '23505',
  CHECK_VIOLATION: '23514',
  DEPENDENT_OBJECTS_STILL_EXIST: '2BP01',
} as const;

const GONE = new Set<string>([
  SqlState.TOO_MANY_CONNECTIONS,
  SqlState.ADMIN_SHUTDOWN,
  SqlState.CRASH_SHUTDOWN,
  SqlState.CANNOT_CONNECT_NOW,
]);
const TRY_AGAIN = new Set<string>([
  SqlState.LOCK_NOT_AVAILABLE,
  SqlState.DEADLOCK_DETECTED,
  SqlState.SERIALIZATION_FAILURE,
]);
const ACCESS = new Set<string>([
  SqlState.INVALID_PASSWORD,
  SqlState.INVALID_AUTHORIZATION,
  SqlState.INSUFFICIENT_PRIVILEGE,
]);

/** The exit code that a SQLSTATE means wherever it comes from; undefined where the command must decide. */
export function exitOfSqlState(code: string): ExitName | undefined {
  if (code.startsWith('08') || GONE.has(code)) return 'UNAVAILABLE';
  if (TRY_AGAIN.has(code)) return 'TRY_AGAIN';
  if (ACCESS.has(code)) return 'ACCESS';
  if (code === SqlState.INVALID_CATALOG_NAME) return 'CONFIG';
  return undefined;
}

const REMEDIES: Record<string, string> = {
  [SqlState.INVALID_PASSWORD]: 'check PGUSER and PGPASSWORD (or the URL) against the Secret and the server',
  [SqlState.INVALID_AUTHORIZATION]:
    'allow this role, database and TLS mode in pg_hba.conf, or change PGSSLMODE',
  [SqlState.INVALID_CATALOG_NAME]: 'create the database, or correct PGDATABASE (the path of DATABASE_URL)',
  [SqlState.INSUFFICIENT_PRIVILEGE]: 'grant the privilege to the role that migrates, or make it the owner',
  [SqlState.TOO_MANY_CONNECTIONS]: 'free connections or raise max_connections, then run again',
  [SqlState.DISK_FULL]: 'free disk space on the server, then run again',
  [SqlState.LOCK_NOT_AVAILABLE]:
    'end the sessions that hold the lock or run at a quieter time; LOCK_TIMEOUT_MS and LOCK_RETRIES set the limits',
  [SqlState.DEADLOCK_DETECTED]: 'run again; if it repeats, give this change a migration of its own',
  [SqlState.SERIALIZATION_FAILURE]: 'run again',
  [SqlState.UNSAFE_NEW_ENUM_VALUE_USAGE]:
    'put ALTER TYPE … ADD VALUE and the first use of the value into two migrations; the value is committed in between',
  [SqlState.QUERY_CANCELED]: 'raise STATEMENT_TIMEOUT_MS or make the statement smaller',
  [SqlState.ACTIVE_SQL_TRANSACTION]: 'put this statement into a migration of its own',
  [SqlState.INVALID_TRANSACTION_TERMINATION]: 'take COMMIT and ROLLBACK out of the body that is called',
  [SqlState.READ_ONLY_SQL_TRANSACTION]: 'connect to the primary; this server or session is read-only',
  [SqlState.DUPLICATE_TABLE]:
    'the object exists already: drop it, or record the migration as applied if it was made by hand',
  [SqlState.DUPLICATE_OBJECT]:
    'the object exists already: drop it, or record the migration as applied if it was made by hand',
  [SqlState.DUPLICATE_COLUMN]:
    'the column exists already: drop it, or record the migration as applied if it was made by hand',
  [SqlState.UNDEFINED_TABLE]: 'create the table in an earlier migration, or correct its name and schema',
  [SqlState.UNDEFINED_COLUMN]: 'add the column in an earlier migration, or correct its name',
  [SqlState.UNDEFINED_OBJECT]: 'create the object in an earlier migration, or correct its name',
  [SqlState.NOT_NULL_VIOLATION]: 'fill the column in an earlier statement before it becomes NOT NULL',
  [SqlState.FOREIGN_KEY_VIOLATION]: 'correct the rows that point nowhere in an earlier statement',
  [SqlState.UNIQUE_VIOLATION]: 'remove the duplicate rows in an earlier statement',
  [SqlState.CHECK_VIOLATION]: 'correct the rows that break the constraint in an earlier statement',
  [SqlState.DEPENDENT_OBJECTS_STILL_EXIST]: 'drop the dependent objects first, each by name',
};

export function remedyOfSqlState(code: string): string | undefined {
  return REMEDIES[code];
}

/** PostgreSQL's condition name of a code that the runner knows, for example `lock_not_available`. */
export function nameOfSqlState(code: string): string | undefined {
  return Object.entries(SqlState)
    .find(([, value]) => value === code)?.[0]
    .toLowerCase();
}
