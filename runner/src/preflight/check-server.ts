import type { Connection } from '../config/connection';
import type { Session } from '../database/session';
import type { Finding } from './check';
import { checkConnectionSlots } from './checks/connection-slots';
import { checkConnectivity } from './checks/connectivity';
import { checkServerVersion } from './checks/server-version';
import { checkWritability } from './checks/writability';
import type { ServerFacts } from './server-facts';

/** What counts for every command that writes, a migration or a rollback. */
export function checkServer(
  session: Pick<Session, 'tls'>,
  connection: Connection,
  facts: ServerFacts,
): Finding[] {
  return [
    ...checkConnectivity(connection, facts, session),
    ...checkServerVersion(facts),
    ...checkWritability(connection, facts),
    ...checkConnectionSlots(facts),
  ];
}
