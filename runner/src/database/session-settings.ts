import type { Limits } from '../config/settings';
import type { Session } from './session';

/**
 * An orphaned backend ends within seconds, so that its locks block nobody. A runner that was killed closes its
 * connection, which the server looks at while a statement runs. A node that died sends nothing: keepalives find that
 * out while the connection is silent, tcp_user_timeout while the server has sent what nobody acknowledges.
 */
const ORPHAN_LIMITS = {
  tcp_keepalives_idle: '5',
  tcp_keepalives_interval: '3',
  tcp_keepalives_count: '3',
  tcp_user_timeout: "'15s'",
};

/** Only servers on Linux can be asked everywhere; others answer with an error. */
function connectionCheck({ pooled }: Session): string {
  return `select pg_catalog.set_config('client_connection_check_interval', '2s', ${pooled})
    where pg_catalog.version() like '%linux%'`;
}

/**
 * Puts a session back to where it started, so that a SET of one migration never reaches the next, and sets the
 * limits anew. Behind a pooler they hold for the open transaction alone, because the next one is somebody else's; a
 * session of our own keeps them, so that it is also bounded while it waits between two transactions.
 */
export async function resetSession(
  session: Session,
  limits: Pick<Limits, 'lockTimeout' | 'statementTimeout'>,
): Promise<void> {
  const set = session.pooled ? 'set local' : 'set';
  const settings = {
    lock_timeout: String(limits.lockTimeout),
    statement_timeout: String(limits.statementTimeout),
    ...ORPHAN_LIMITS,
    // A pooler's connection has its own default, and the driver speaks nothing else.
    client_encoding: "'UTF8'",
  };
  await session.execute(
    [
      'reset session authorization',
      'reset all',
      ...Object.entries(settings).map(([name, value]) => `${set} ${name} = ${value}`),
      connectionCheck(session),
    ].join('; '),
  );
}
