import { historyTable, relationExists } from '../database/history';
import { lockOptions, lockSchema, withLockedTransaction } from '../database/lock';
import type { Session } from '../database/session';
import type { DatabaseContext } from '../run-context';
import { quoteIdentifier } from '../sql/quote';
import { assertGrantable, assertGranted, findMissingGrants, findUnknownRoles } from './status-grants';

/**
 * Lets the roles of GRANT_STATUS_TO see the schema version, and nothing else. Only what is missing is granted, so that
 * a run with nothing to do writes nothing.
 *
 * @throws GateError: 78 for a role that does not exist, 77 without the privilege to grant.
 */
export async function grantStatus(session: Session, context: DatabaseContext): Promise<void> {
  const { settings, reporter } = context;
  const { grantStatusTo: roles, migrations } = settings;
  const unknown = await findUnknownRoles(session, roles);
  const missing = await findMissingGrants(session, migrations, roles);
  assertGrantable(unknown, missing);
  if (missing.length === 0) return;
  if (!(await relationExists(session, historyTable(migrations)))) {
    reporter.info(
      'status_grant_postponed',
      'nothing to grant on: the first migration makes the history table',
    );
    return;
  }
  const lock = lockOptions(context);
  // Two GRANTs on one object at once are an error of the server.
  await withLockedTransaction(session, lock, async () => {
    await lockSchema(session, migrations.schema);
    for (const { what, on, role } of await findMissingGrants(session, migrations, roles)) {
      await session.execute(`grant ${what} on ${on} to ${quoteIdentifier(role)}`);
    }
    assertGranted(await findMissingGrants(session, migrations, roles));
  });
  for (const role of new Set(missing.map((each) => each.role))) {
    reporter.info('status_granted', `${role} may now see the schema version`, { role });
  }
}
