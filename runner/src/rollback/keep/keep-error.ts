import type { GateError } from '../../errors/gate-error';
import { isServerError } from '../../errors/server-error';
import { exitOfSqlState, SqlState } from '../../errors/sqlstate';
import { toGateError } from '../../errors/to-gate-error';

/** What a query says that would see only some of the rows, with `row_security` off. */
const FILTERED = 'check_enable_rls';

export interface KeepRemedies {
  /** What to do about a missing privilege. */
  readonly access?: string;
  /** What to do where row-level security hides rows from the role. */
  readonly hidden?: string;
  /** What to do about anything that has no exit code of its own. */
  readonly other?: string;
}

/**
 * Tells a failure of the server in the words of what was attempted. Codes that mean the same everywhere keep their exit
 * code; any other is a rollback that failed (82).
 */
export function keepError(
  error: unknown,
  what: string,
  { access, hidden, other }: KeepRemedies = {},
): GateError {
  const failure = toGateError(error);
  if (!isServerError(error)) return failure;
  const known = exitOfSqlState(error.code);
  const exit = known ?? 'MIGRATION_FAILED';
  const refused = error.code === SqlState.INSUFFICIENT_PRIVILEGE;
  const remedy = refused ? (error.routine === FILTERED ? hidden : access) : known ? undefined : other;
  return failure.with({
    ...{ exit, message: `${what}, so nothing was changed: ${failure.message}` },
    ...(remedy && { remedy }),
  });
}
