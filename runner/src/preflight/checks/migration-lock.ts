import { type Finding, pass, warn } from '../check';
import type { ServerFacts } from '../server-facts';

const CHECK = 'migration lock';

/** Who holds the migration lock now: no reason to stop, because migrate waits for it. */
export function checkMigrationLock({ lock_holder: holder }: ServerFacts): Finding[] {
  if (!holder) return [pass(CHECK, 'nobody holds it')];
  const { pid, user, application, since } = holder;
  const who = [user ?? 'role not visible', application || 'unnamed', ...(since ? [`since ${since}`] : [])];
  return [
    warn(
      CHECK,
      `held by pid ${pid} (${who.join(', ')})`,
      `let it end; migrate waits for LOCK_WAIT_SECONDS. SELECT pg_terminate_backend(${pid}) ends one that hangs`,
    ),
  ];
}
