import type { Limits } from '../config/settings';
import type { Session } from './session';

type Executor = Pick<Session, 'pooled' | 'execute'>;
export type SessionLimits = Pick<Limits, 'lockTimeout' | 'statementTimeout'>;

/**
 * An orphaned backend ends within seconds, so that its locks block nobody. A runner that was killed closes its
 * connection, which the server looks at while a statement runs. A node that died sends nothing: keepalives find that
 * out while the connection is silent, tcp_user_timeout while the server has sent what nobody acknowledges.
 */
const ORPHAN_LIMITS = {
  tcp_keepalives_idle: "'5'",
  tcp_keepalives_interval: "'3'",
  tcp_keepalives_count: "'3'",
  tcp_user_timeout: "'15s'",
};

/**
 * Between two tries for a lock the session is silent for longer than its role may allow. A transaction is silent only
 * when the runner itself stands still, and then its locks must go.
 */
const IDLE_LIMITS = { idle_session_timeout: "'0'", idle_in_transaction_session_timeout: "'1min'" };

/** What the engine sets in a session. */
function settingsOf({ lockTimeout, statementTimeout }: SessionLimits): Record<string, string> {
  return {
    lock_timeout: `'${lockTimeout}'`,
    statement_timeout: `'${statementTimeout}'`,
    ...ORPHAN_LIMITS,
    ...IDLE_LIMITS,
    // A pooler's connection has its own default, and the driver speaks nothing else.
    client_encoding: "'UTF8'",
    // Only servers on Linux can be asked everywhere; others answer with an error.
    client_connection_check_interval: `case when pg_catalog.version() operator(pg_catalog.~~) '%linux%'
      then '2s' else pg_catalog.current_setting('client_connection_check_interval') end`,
  };
}

function setAll(settings: Record<string, string>, isLocal: boolean): string {
  const calls = Object.entries(settings).map(
    ([name, value]) => `pg_catalog.set_config('${name}', ${value}, ${isLocal})`,
  );
  return `select ${calls.join(', ')}`;
}

/**
 * Puts a session back to where it started, so that a SET, a prepared statement or a cursor of one migration, or of one
 * attempt, never reaches the next, and sets the limits anew. Behind a pooler they hold for the open transaction alone,
 * because the next one is somebody else's; a session of our own keeps them, so that it is also bounded while it waits
 * between two transactions.
 */
export async function resetSession(session: Executor, limits: SessionLimits): Promise<void> {
  await session.execute(resetOf(session, limits));
}

/** The text of {@link resetSession}. */
export function resetOf({ pooled }: Pick<Session, 'pooled'>, limits: SessionLimits): string {
  // A pooler's connection has prepared statements of others; our driver has none by name.
  const forget = pooled ? [] : ['deallocate all', 'close all'];
  const reset = ['reset session authorization', 'reset all', ...forget];
  return [...reset, setAll(settingsOf(limits), pooled)].join('; ');
}

const GAP = String.raw`(?:\s|--[^\n]*\n|/\*[^*]*\*/)`;
const RESET = new RegExp(
  `^(?:reset${GAP}+"?(?<reset>\\w+)|set${GAP}+(?:(?:session|(?<local>local))${GAP}+)?"?(?<name>\\w+)"?${GAP}*(?:=|to\\b)${GAP}*default\\b)`,
  'i',
);

/** Sets the engine's own settings again where a statement that was run has reset them, and only those. */
export async function restoreSettings(session: Executor, limits: SessionLimits, text: string): Promise<void> {
  const restore = restoreOf(session, limits, text);
  if (restore !== undefined) await session.execute(restore);
}

/** The text of {@link restoreSettings}; undefined where the statement reset nothing of ours. */
export function restoreOf(
  { pooled }: Pick<Session, 'pooled'>,
  limits: SessionLimits,
  text: string,
): string | undefined {
  const { reset, name, local } = RESET.exec(text)?.groups ?? {};
  const found = (reset ?? name)?.toLowerCase();
  if (found === undefined) return undefined;
  const settings = Object.entries(settingsOf(limits)).filter(([ours]) => found === 'all' || found === ours);
  if (settings.length === 0) return undefined;
  return setAll(Object.fromEntries(settings), pooled || local !== undefined);
}

/** For a session that only looks now and then: its role may end one that is silent. */
export async function allowIdling(session: Session): Promise<void> {
  if (!session.pooled) await session.execute('set idle_session_timeout = 0');
}
