import { compareHistory, type HistoryRow, type Journal } from '../../../../core/journal';
import type { Settings } from '../../config/settings';
import type { Session } from '../../database/session';
import {
  findMissingGrants,
  findUnknownRoles,
  GRANT_REMEDY,
  refusedGrant,
  unknownRole,
} from '../../status/status-grants';
import { type Finding, pass, refuse, warn } from '../check';

const CHECK = 'status grants';

/** Whether the roles that shall see the schema version exist, and whether it can be granted to them. */
export async function checkStatusGrants(
  session: Session,
  { grantStatusTo: roles, migrations }: Settings,
  journal: Journal | undefined,
  history: readonly HistoryRow[] | undefined,
): Promise<Finding[]> {
  if (roles.length === 0) return [];
  const pending = journal ? compareHistory(journal.migrations, history ?? []).pending : [];
  const unknown = await findUnknownRoles(session, roles);
  const missing = await findMissingGrants(session, migrations, roles);
  const findings = unknown.map((role) =>
    pending.some(({ sql }) => sql.includes(role))
      ? warn(CHECK, `${unknownRole(role)} yet; a pending migration names it`)
      : refuse(CHECK, 'CONFIG', unknownRole(role), { remedy: 'create the role, or correct GRANT_STATUS_TO' }),
  );
  for (const each of missing.filter(({ grantable }) => !grantable)) {
    findings.push(refuse(CHECK, 'ACCESS', refusedGrant(each), { remedy: GRANT_REMEDY }));
  }
  if (findings.length > 0) return findings;
  const names = roles.join(', ');
  return [
    pass(
      CHECK,
      missing.length > 0
        ? `migrate will let ${names} see the schema version`
        : `${names} may see the schema version`,
    ),
  ];
}
