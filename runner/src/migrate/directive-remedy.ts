import type { GateError } from '../errors/gate-error';
import { SqlState } from '../errors/sqlstate';

/** Whether the server refused something in a transaction of which the file's text did not tell. */
export function needsDirective({ exit, sqlstate }: GateError): boolean {
  return (
    exit === 'MIGRATION_FAILED' &&
    (sqlstate === SqlState.ACTIVE_SQL_TRANSACTION || sqlstate === SqlState.INVALID_TRANSACTION_TERMINATION)
  );
}

/** Names the directive as the way out: what a procedure or a partitioned index needs, only the server knows. */
export function withDirectiveRemedy(failure: GateError): GateError {
  if (!needsDirective(failure)) return failure;
  return failure.with({
    remedy:
      'put this statement into a migration of its own that begins with the line "-- drizzle-gate: no-transaction", which runs it outside a transaction',
  });
}
