import type { Limits } from '../config/settings';
import type { Session } from './session';

/**
 * Puts a session back to where it started, so that a SET of one migration never reaches the next, and sets the
 * limits anew. `local` keeps them inside the open transaction (a pooler hands the session to others afterwards).
 */
export async function resetSession(
  session: Session,
  limits: Pick<Limits, 'lockTimeout' | 'statementTimeout'>,
  scope: 'local' | 'session',
): Promise<void> {
  const set = scope === 'local' ? 'set local' : 'set';
  await session.execute(
    [
      'reset session authorization',
      'reset all',
      `${set} lock_timeout = ${limits.lockTimeout}`,
      `${set} statement_timeout = ${limits.statementTimeout}`,
      // An orphaned backend notices within this time that its runner is gone.
      `${set} client_connection_check_interval = '2s'`,
    ].join('; '),
  );
}
