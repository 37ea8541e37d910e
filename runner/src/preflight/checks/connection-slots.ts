import { plural } from '../../report/plural';
import { type Finding, pass, warn } from '../check';
import type { ServerFacts } from '../server-facts';

const CHECK = 'connection slots';

/** The session of the migration, and one beside it that watches or cancels. */
const NEEDED = 2;

/** Whether there is room for the connections of the migration; this session is counted as room. */
export function checkConnectionSlots(facts: ServerFacts): Finding[] {
  const limits = [
    { of: 'the server', left: facts.slots - facts.slots_used, total: facts.slots },
    { of: 'the role', left: facts.role_limit - facts.role_used, total: facts.role_limit },
    { of: 'the database', left: facts.database_limit - facts.database_used, total: facts.database_limit },
  ].filter(({ total }) => total >= 0);
  const [scarcest] = limits.map((limit) => ({ ...limit, left: Math.max(0, limit.left + 1) })).sort(byLeft);
  if (!scarcest) return [];
  const { of, left, total } = scarcest;
  if (left >= NEEDED) return [pass(CHECK, `${left} of ${total} left`)];
  return [
    warn(
      CHECK,
      `${left} of the ${plural(total, 'connection')} of ${of} left, the runner needs up to ${NEEDED}`,
      'end idle sessions, put a pooler in front of the applications, or raise the limit',
    ),
  ];
}

function byLeft(a: { left: number }, b: { left: number }): number {
  return a.left - b.left;
}
