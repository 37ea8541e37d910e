import type { ExitName } from '../../../core/contract';
import { CONDITION_NAMES } from './condition-names';

/** The SQLSTATE codes that the runner decides on; every other code has its name and perhaps a remedy all the same. */
export const SqlState = {
  INVALID_PASSWORD: '28P01',
  INVALID_AUTHORIZATION_SPECIFICATION: '28000',
  INVALID_CATALOG_NAME: '3D000',
  UNTRANSLATABLE_CHARACTER: '22P05',
  DEPENDENT_OBJECTS_STILL_EXIST: '2BP01',
  INSUFFICIENT_PRIVILEGE: '42501',
  TOO_MANY_CONNECTIONS: '53300',
  SERIALIZATION_FAILURE: '40001',
  DEADLOCK_DETECTED: '40P01',
  LOCK_NOT_AVAILABLE: '55P03',
  UNSAFE_NEW_ENUM_VALUE_USAGE: '55P04',
  QUERY_CANCELED: '57014',
  ADMIN_SHUTDOWN: '57P01',
  CRASH_SHUTDOWN: '57P02',
  CANNOT_CONNECT_NOW: '57P03',
  IDLE_SESSION_TIMEOUT: '57P05',
  ACTIVE_SQL_TRANSACTION: '25001',
  READ_ONLY_SQL_TRANSACTION: '25006',
  NO_ACTIVE_SQL_TRANSACTION: '25P01',
  IN_FAILED_SQL_TRANSACTION: '25P02',
  INVALID_TRANSACTION_TERMINATION: '2D000',
  FOREIGN_KEY_VIOLATION: '23503',
  DUPLICATE_TABLE: '42P07',
  DUPLICATE_OBJECT: '42710',
  DUPLICATE_DATABASE: '42P04',
  SYNTAX_ERROR: '42601',
  FEATURE_NOT_SUPPORTED: '0A000',
  WRONG_OBJECT_TYPE: '42809',
  UNDEFINED_FUNCTION: '42883',
  INVALID_SCHEMA_NAME: '3F000',
  UNDEFINED_TABLE: '42P01',
  UNDEFINED_COLUMN: '42703',
  UNDEFINED_OBJECT: '42704',
} as const;

const GONE = new Set<string>([
  SqlState.TOO_MANY_CONNECTIONS,
  SqlState.ADMIN_SHUTDOWN,
  SqlState.CRASH_SHUTDOWN,
  SqlState.CANNOT_CONNECT_NOW,
  SqlState.IDLE_SESSION_TIMEOUT,
]);
const TRY_AGAIN = new Set<string>([
  SqlState.LOCK_NOT_AVAILABLE,
  SqlState.DEADLOCK_DETECTED,
  SqlState.SERIALIZATION_FAILURE,
]);
const ACCESS = new Set<string>([
  SqlState.INVALID_PASSWORD,
  SqlState.INVALID_AUTHORIZATION_SPECIFICATION,
  SqlState.INSUFFICIENT_PRIVILEGE,
]);

/** The exit code that a SQLSTATE means wherever it comes from; undefined where the command must decide. */
export function exitOfSqlState(code: string): ExitName | undefined {
  if (code.startsWith('08') || GONE.has(code)) return 'UNAVAILABLE';
  if (TRY_AGAIN.has(code)) return 'TRY_AGAIN';
  if (ACCESS.has(code)) return 'ACCESS';
  if (code === SqlState.INVALID_CATALOG_NAME) return 'CONFIG';
  // What the pre-flight check says of a standby or a read-only role, also where nobody asked it.
  if (code === SqlState.READ_ONLY_SQL_TRANSACTION) return 'PREFLIGHT';
  return undefined;
}

/** PostgreSQL's condition name of a code, for example `lock_not_available`; undefined for codes of one's own. */
export function nameOfSqlState(code: string): string | undefined {
  // One text, of which hardly a run needs a line: a map of it would be made at every start.
  const start = CONDITION_NAMES.indexOf(`\n${code} `);
  if (start < 0 || !/^\w{5}$/.test(code)) return undefined;
  const end = CONDITION_NAMES.indexOf('\n', start + 1);
  return CONDITION_NAMES.slice(start + code.length + 2, end);
}

/** The code as it stands in a message: `SQLSTATE 55P03 lock_not_available`. */
export function showSqlState(code: string): string {
  const name = nameOfSqlState(code);
  return `SQLSTATE ${code}${name ? ` ${name}` : ''}`;
}
