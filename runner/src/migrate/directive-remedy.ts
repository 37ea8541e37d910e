import type { GateError } from '../errors/gate-error';
import { SqlState } from '../errors/sqlstate';
import type { Directive } from '../sql/directive';

/** Whether the server refused something in a transaction of which the file's text did not tell. */
export function needsDirective({ exit, sqlstate }: GateError): boolean {
  return (
    exit === 'MIGRATION_FAILED' &&
    (sqlstate === SqlState.ACTIVE_SQL_TRANSACTION || sqlstate === SqlState.INVALID_TRANSACTION_TERMINATION)
  );
}

/**
 * Names the directive as the way out: what a procedure or a partitioned index needs, only the server knows. Where the
 * file asks for a transaction itself, that is the cause.
 */
export function withDirectiveRemedy(failure: GateError, directive: Directive['mode']): GateError {
  if (!needsDirective(failure)) return failure;
  if (directive === 'transaction') {
    return failure.with({
      remedy:
        'take the line "-- drizzle-gate: transaction" out of the file: it asks for a transaction, in which PostgreSQL refuses this statement',
    });
  }
  return failure.with({
    remedy:
      'put this statement into a migration of its own that begins with the line "-- drizzle-gate: no-transaction", which runs it outside a transaction',
  });
}
