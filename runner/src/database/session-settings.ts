import type { Limits } from '../config/settings';
import type { Session } from './session';

type Settable = Pick<Session, 'pooled' | 'known'>;
type Executor = Settable & Pick<Session, 'execute'>;
export type SessionLimits = Pick<Limits, 'lockTimeout' | 'statementTimeout'>;

/**
 * An orphaned backend ends within seconds, so that its locks block nobody. A runner that was killed closes its
 * connection, which the server looks at while a statement runs. A node that died sends nothing: keepalives find that
 * out while the connection is silent, tcp_user_timeout while the server has sent what nobody acknowledges.
 */
const ORPHAN_LIMITS = {
  tcp_keepalives_idle: '5',
  tcp_keepalives_interval: '3',
  tcp_keepalives_count: '3',
  tcp_user_timeout: '15s',
};

/**
 * Between two tries for a lock the session is silent for longer than its role may allow. A transaction is silent only
 * when the runner itself stands still, and then its locks must go.
 */
const IDLE_LIMITS = { idle_session_timeout: '0', idle_in_transaction_session_timeout: '1min' };

const CHECK_INTERVAL = 'client_connection_check_interval';
/** Only servers on Linux can be asked everywhere; others answer with an error. */
const CHECK_INTERVAL_THERE = `case when pg_catalog.version() operator(pg_catalog.~~) '%linux%'
      then '2s' else pg_catalog.current_setting('${CHECK_INTERVAL}') end`;

function waitsOf({ lockTimeout, statementTimeout }: SessionLimits) {
  return { lock_timeout: `${lockTimeout}`, statement_timeout: `${statementTimeout}` };
}

/** What the engine sets in a session; undefined where nobody knows yet which value the server takes. */
function settingsOf(
  limits: SessionLimits,
  { checkInterval }: Session['known'] = {},
): Record<string, string | undefined> {
  return {
    ...waitsOf(limits),
    ...ORPHAN_LIMITS,
    ...IDLE_LIMITS,
    // A pooler's connection has its own default, and the driver speaks nothing else.
    client_encoding: 'UTF8',
    [CHECK_INTERVAL]: checkInterval,
  };
}

/** SET takes the server half the time of a query with as many calls of set_config, and this comes with every migration. */
function setAll(settings: Record<string, string | undefined>, isLocal: boolean): string {
  const sets = Object.entries(settings).map(([name, value]) =>
    value === undefined
      ? `select pg_catalog.set_config('${name}', ${CHECK_INTERVAL_THERE}, ${isLocal}) as "checkInterval"`
      : `set ${isLocal ? 'local' : 'session'} ${name} to '${value}'`,
  );
  return sets.join('; ');
}

/**
 * Puts a session back to where it started, so that a SET, a prepared statement or a cursor of one migration, or of one
 * attempt, never reaches the next, and sets the limits anew. Behind a pooler they hold for the open transaction alone,
 * because the next one is somebody else's; a session of our own keeps them, so that it is also bounded while it waits
 * between two transactions.
 */
export async function resetSession(session: Executor, limits: SessionLimits): Promise<void> {
  const [row] = await session.execute<Session['known']>(resetOf(session, limits));
  if (session.known && row?.checkInterval !== undefined) session.known.checkInterval = row.checkInterval;
}

/** Bounds what a session waits for that has just begun and only looks. */
export async function limitWaits(session: Pick<Session, 'execute'>, limits: SessionLimits): Promise<void> {
  await session.execute(setAll(waitsOf(limits), false));
}

/** The text of {@link resetSession}. */
export function resetOf({ pooled, known }: Settable, limits: SessionLimits): string {
  // A pooler's connection has prepared statements of others; our driver has none by name.
  const forget = pooled ? [] : ['deallocate all', 'close all'];
  const reset = ['reset session authorization', 'reset all', ...forget];
  return [...reset, setAll(settingsOf(limits, known), pooled)].join('; ');
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
  { pooled, known }: Settable,
  limits: SessionLimits,
  text: string,
): string | undefined {
  const { reset, name, local } = RESET.exec(text)?.groups ?? {};
  const found = (reset ?? name)?.toLowerCase();
  if (found === undefined) return undefined;
  const settings = Object.entries(settingsOf(limits, known)).filter(
    ([ours]) => found === 'all' || found === ours,
  );
  if (settings.length === 0) return undefined;
  return setAll(Object.fromEntries(settings), pooled || local !== undefined);
}

/** For a session that only looks now and then: its role may end one that is silent. */
export async function allowIdling(session: Session): Promise<void> {
  if (!session.pooled) await session.execute('set idle_session_timeout = 0');
}
