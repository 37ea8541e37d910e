import { type Finding, pass, refuse, warn } from '../check';
import type { ServerFacts } from '../server-facts';

const CHECK = 'server version';
const OLDEST = 14;
const NEWEST = 18;

/** Whether the server is one of the versions that are tested. */
export function checkServerVersion({ version, version_number }: ServerFacts): Finding[] {
  const major = Math.floor(version_number / 10_000);
  if (major < OLDEST) {
    return [
      refuse(CHECK, 'PREFLIGHT', `PostgreSQL ${version} is too old`, {
        remedy: `use PostgreSQL ${OLDEST} or newer`,
      }),
    ];
  }
  if (major > NEWEST) {
    return [
      warn(
        CHECK,
        `PostgreSQL ${version} is newer than ${NEWEST}, the newest that was tested`,
        'look for a newer release of drizzle-gate',
      ),
    ];
  }
  return [pass(CHECK, `PostgreSQL ${version}`)];
}
