import type { Session } from '../database/session';
import { GateErrors } from '../errors/gate-error';
import type { PlannedScript, Unit } from './unit';

/** The remedy of all of them. */
export const DIRECTLY = 'connect to the database directly, not through the pooler';

/** What can't be applied over this connection, with the reason; empty when everything can. */
export function connectionProblems(
  units: readonly Unit<PlannedScript>[],
  { pooled }: Pick<Session, 'pooled'>,
): string[] {
  if (!pooled) return [];
  return units.flatMap(({ mode, migrations: [first] }) => {
    if (mode === 'transactional' || !first) return [];
    const why =
      mode === 'stepwise'
        ? "has a statement that can't run in a transaction"
        : 'begins and commits transactions by itself';
    return [
      `${first.migration.tag} ${why}, so it needs one session from beginning to end; this connection goes through a pooler, which may give each transaction another`,
    ];
  });
}

/** @throws GateErrors (80) before anything runs. */
export function assertRunnable(
  units: readonly Unit<PlannedScript>[],
  session: Pick<Session, 'pooled'>,
): void {
  const problems = connectionProblems(units, session);
  if (problems.length > 0) {
    throw new GateErrors('PREFLIGHT', problems, DIRECTLY);
  }
}
