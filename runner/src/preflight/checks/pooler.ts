import type { Session } from '../../database/session';
import { connectionProblems } from '../../migrate/assert-runnable';
import type { Unit } from '../../migrate/unit';
import { type Finding, pass, refuse } from '../check';

const CHECK = 'pooler';

/** Whether what is pending can be run over this connection; a direct one is not worth a word. */
export function checkPooler(session: Pick<Session, 'pooled'>, units: readonly Unit[]): Finding[] {
  if (!session.pooled) return [];
  const problems = connectionProblems(units, session);
  if (problems.length === 0) return [pass(CHECK, 'there is one, and each pending unit is one transaction')];
  return problems.map((problem) =>
    refuse(CHECK, 'PREFLIGHT', problem, {
      remedy: 'connect to the database directly, not through the pooler',
    }),
  );
}
