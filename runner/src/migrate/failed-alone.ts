import type { Session } from '../database/session';
import { GateError } from '../errors/gate-error';
import { SqlState } from '../errors/sqlstate';
import type { ClassifiedStatement } from '../sql/script-statements';
import { isIndexLeftInvalid } from './invalid-index';
import type { Preparation } from './prepare-alone';
import { findNewLeftovers } from './reindex-leftovers';

/**
 * A block or procedure that ran outside a transaction failed. What it committed before stays, and a rerun commits it
 * once more, so nobody may try again without a look at it.
 */
export class ProcedureFailed extends GateError {}

/** The failure of a statement outside a transaction; one that the server did not report stays what it is. */
export function failureOf({ kind }: ClassifiedStatement, failure: GateError): GateError {
  const isOfServer = failure.sqlstate !== undefined && failure.exit !== 'UNAVAILABLE';
  if (kind.kind !== 'procedure' || !isOfServer) return failure;
  const { detail, migration, place, sqlstate, remedy = 'correct the cause' } = failure;
  return new ProcedureFailed(
    'MIGRATION_FAILED',
    `${failure.message}; what this ${kind.what} committed before stays, and the next run does it again`,
    {
      ...{ detail, migration, place, sqlstate, cause: failure },
      remedy: `${remedy}; undo what it committed, or let it skip what is done, before it runs again`,
    },
  );
}

/**
 * Refusals that come before anything is done. Any other failure can leave an invalid index behind; and what a block or
 * procedure does before it fails, it may have committed. A function of the index can raise any code in mid-build.
 */
export async function isUntouched(
  session: Session,
  { kind }: ClassifiedStatement,
  sqlstate: string | undefined,
  { remember }: Preparation,
): Promise<boolean> {
  if (kind.kind === 'procedure' || sqlstate === undefined || !REFUSED_AT_ONCE.has(sqlstate)) return false;
  if (kind.kind !== 'non-transactional') return true;
  if (kind.index) return !(await isIndexLeftInvalid(session, kind.index));
  if (kind.target.command !== 'reindex' || !remember) return true;
  return (await findNewLeftovers(session, JSON.parse(remember))).length === 0;
}

const REFUSED_AT_ONCE = new Set<string>([
  ...[SqlState.DUPLICATE_TABLE, SqlState.DUPLICATE_OBJECT, SqlState.DUPLICATE_DATABASE],
  ...[SqlState.UNDEFINED_TABLE, SqlState.UNDEFINED_COLUMN, SqlState.UNDEFINED_OBJECT],
  ...[SqlState.INVALID_CATALOG_NAME, SqlState.INSUFFICIENT_PRIVILEGE, SqlState.SYNTAX_ERROR],
  ...[SqlState.FEATURE_NOT_SUPPORTED, SqlState.WRONG_OBJECT_TYPE, SqlState.UNDEFINED_FUNCTION],
  ...[SqlState.INVALID_SCHEMA_NAME],
  ...[SqlState.ACTIVE_SQL_TRANSACTION, SqlState.INVALID_TRANSACTION_TERMINATION],
]);

/** The first try made or dropped it, and was cut off before its note. */
export function isWorkOfFirstTry({ kind }: ClassifiedStatement, sqlstate: string | undefined): boolean {
  if (kind.kind === 'transaction-control') return sqlstate === SqlState.UNDEFINED_OBJECT;
  if (kind.kind !== 'non-transactional') return false;
  const { command } = kind.target;
  if (command.startsWith('create')) {
    return sqlstate === SqlState.DUPLICATE_OBJECT || sqlstate === SqlState.DUPLICATE_DATABASE;
  }
  return (
    command.startsWith('drop') &&
    (sqlstate === SqlState.UNDEFINED_OBJECT || sqlstate === SqlState.INVALID_CATALOG_NAME)
  );
}
