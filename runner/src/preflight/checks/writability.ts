import type { Connection } from '../../config/connection';
import { quoteIdentifier } from '../../sql/quote';
import { type Finding, pass, refuse } from '../check';
import type { ServerFacts } from '../server-facts';

const CHECK = 'writability';

/** Whether this server takes writes, and if not, who decided that. */
export function checkWritability(
  { database }: Connection,
  { in_recovery, read_only, read_only_source, user }: ServerFacts,
): Finding[] {
  if (in_recovery) {
    return [refuse(CHECK, 'PREFLIGHT', 'this server is a standby', { remedy: 'connect to the primary' })];
  }
  if (!read_only) return [pass(CHECK, 'a primary that takes writes')];
  const reset = 'RESET default_transaction_read_only';
  const remedies: Record<string, [whose: string, remedy: string]> = {
    database: ['this database', `ALTER DATABASE ${quoteIdentifier(database)} ${reset}`],
    user: ['the role that migrates', `ALTER ROLE ${quoteIdentifier(user)} ${reset}`],
    'database user': [
      'the role that migrates, in this database,',
      `ALTER ROLE ${quoteIdentifier(user)} IN DATABASE ${quoteIdentifier(database)} ${reset}`,
    ],
  };
  const [whose, remedy] = remedies[read_only_source ?? ''] ?? [
    'this server',
    'turn default_transaction_read_only off in its configuration',
  ];
  return [
    refuse(CHECK, 'PREFLIGHT', `${whose} is read-only`, { remedy: `connect to the primary, or ${remedy}` }),
  ];
}
