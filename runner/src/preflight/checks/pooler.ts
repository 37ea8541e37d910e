import type { Session } from '../../database/session';
import { connectionProblems } from '../../migrate/assert-runnable';
import type { Unit } from '../../migrate/plan-units';
import { type Finding, pass, refuse } from '../check';

const CHECK = 'pooler';

/** Whether a pooler stands in between, and whether what is pending can work through it. */
export function checkPooler(session: Pick<Session, 'pooled'>, units: readonly Unit[]): Finding[] {
  if (!session.pooled) return [];
  const problems = connectionProblems(units, session);
  if (problems.length === 0) {
    return [pass(CHECK, 'this connection goes through a pooler; what is pending works through it')];
  }
  const remedy = 'connect to the database directly, not through the pooler';
  return problems.map((problem) => refuse(CHECK, 'PREFLIGHT', problem, { remedy }));
}
