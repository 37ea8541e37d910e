import { setTimeout as sleep } from 'node:timers/promises';
import { sha256 } from '../../../core/journal';
import type { Activity } from '../activity/activity';
import type { MigrationSettings } from '../config/settings';
import { GateError } from '../errors/gate-error';
import type { Reporter } from '../report/reporter';
import type { RunContext } from '../run-context';
import { quoteIdentifier } from '../sql/quote';
import { historyTable } from './history-table';
import type { Session } from './session';
import { resetSession, type SessionLimits } from './session-settings';
import { together } from './together';
import { type Ending, withTransactionAsking } from './transaction';
import { withLiterals } from './with-literals';

/** Advisory locks belong to one database; the key also tells apart histories in other schemas and tables. */
export function lockKey(settings: MigrationSettings): string {
  return keyOf(historyTable(settings));
}

/** The key as pg_locks has it: its upper and its lower half, both numbers of type oid. */
export function lockHalves(settings: MigrationSettings): [high: string, low: string] {
  const key = BigInt.asUintN(64, BigInt(lockKey(settings)));
  return [(key >> 32n).toString(), (key & 0xffff_ffffn).toString()];
}

/**
 * SQL that tells whether another session holds the lock of a key, in this database or in another of the server: which one
 * it is would take a look into one more catalog.
 *
 * @param halves SQL of its {@link lockHalves}.
 */
export const lockedAnywhere = ([high, low]: readonly string[], also = '') => `exists (
           select from pg_locks l
            where l.locktype = 'advisory' and l.granted and l.objsubid = 1 and l.pid <> pg_backend_pid()
              and l.classid = ${high} and l.objid = ${low}${also})`;

/** The same for this database alone. */
export const lockedElsewhere = (halves: readonly string[]) =>
  lockedAnywhere(
    halves,
    ' and l.database = (select oid from pg_database where datname = current_database())',
  );

function keyOf(what: string): string {
  const beginning = sha256(`drizzle-gate ${what}`).slice(0, 16);
  return BigInt.asIntN(64, BigInt(`0x${beginning}`)).toString();
}

export interface LockOptions {
  readonly settings: MigrationSettings;
  readonly limits: SessionLimits;
  /** Milliseconds. */
  readonly wait: number;
  readonly signal: AbortSignal;
  readonly reporter: Reporter;
  /** Told how long the lock was waited for. */
  readonly activity: Activity;
}

/** The lock of the history that the settings name. */
export function lockOptions({
  settings,
  signal,
  reporter,
  activity,
}: Pick<RunContext, 'settings' | 'signal' | 'reporter' | 'activity'>): LockOptions {
  const { migrations, limits } = settings;
  return { ...{ settings: migrations, limits, wait: limits.lockWait }, ...{ signal, reporter, activity } };
}

/**
 * Holds the migration lock of this database while `use` runs. The lock is only tried and tried again: a session
 * that waits *inside* pg_advisory_lock holds a snapshot and deadlocks with CREATE INDEX CONCURRENTLY. The session is reset
 * with it: locks of a runner whose node dies must not outlive it, from the first one on.
 *
 * Behind a pooler it holds nothing: the lock would stay with a server connection that others get. There only
 * {@link withLockedTransaction} counts.
 *
 * @param look asks something in the same round trip that takes the lock, which nothing may keep waiting.
 * @throws GateError (75) when another session still holds it after `wait` milliseconds.
 */
export async function withMigrationLock<T, L = undefined>(
  session: Session,
  options: LockOptions,
  use: (looked: L) => Promise<T>,
  look: () => Promise<L> = async () => undefined as L,
): Promise<T> {
  if (session.pooled) return use(await look());
  const looked = await poll(session, options, async (onObtained) => {
    const [, obtained, result] = await together([
      resetSession(session, options.limits),
      tryLock(session, options, onObtained),
      look(),
    ]);
    return obtained && { result };
  });
  try {
    return await use(looked);
  } finally {
    // A lost connection has released it already, and its own error is the one to report. With the answer nothing is done.
    session.tell(withLiterals('select pg_advisory_unlock($1)', [lockKey(options.settings)]));
  }
}

/**
 * Takes the lock again where a migration gave it up, as pg_advisory_unlock_all() does.
 *
 * @returns whether it had been given up: then another runner may have worked in between.
 */
export async function retakeMigrationLock(session: Session, options: LockOptions): Promise<boolean> {
  const [row] = await session.query<{ held: boolean }>(
    `select exists (
       select from pg_catalog.pg_locks
        where locktype = 'advisory' and granted and objsubid = 1 and pid = pg_catalog.pg_backend_pid()
          and (classid::bigint << 32 | objid::bigint) = $1::bigint) as held`,
    [lockKey(options.settings)],
  );
  if (row?.held) return false;
  await poll(session, options, (onObtained) => tryLock(session, options, onObtained));
  return true;
}

async function tryLock(
  session: Session,
  { settings }: LockOptions,
  onObtained: () => void,
): Promise<Obtained<void> | undefined> {
  const [row] = await session.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [
    lockKey(settings),
  ]);
  if (!row?.locked) return undefined;
  onObtained();
  return { result: undefined };
}

/** What a transaction under the lock is, beside what it does. */
interface LockedTransaction<L> extends Ending {
  /**
   * Asks something under the lock, in the same round trip that takes it. It may change something only where the session
   * holds the migration lock already: where another has it, this is committed.
   */
  readonly look?: () => Promise<L>;
}

/**
 * Commits what `use` did under the same lock, held for the length of the transaction: all that holds behind a pooler.
 * It begins with the session reset. `use` is given the process id of the server connection that the transaction runs on.
 *
 * @throws GateError (75) when another session still holds the lock after `wait` milliseconds.
 */
export async function withLockedTransaction<T, L = undefined>(
  session: Session,
  options: LockOptions,
  use: (backendPid: number, looked: L) => Promise<T>,
  { look = async () => undefined as L, ...ending }: LockedTransaction<L> = {},
): Promise<T> {
  const key = lockKey(options.settings);
  const ask = () =>
    together([
      session.query<{ locked: boolean; pid: number }>(
        'select pg_try_advisory_xact_lock($1) as locked, pg_backend_pid() as pid',
        [key],
      ),
      resetSession(session, options.limits),
      look(),
    ]);
  // Between two tries the transaction is ended, so that it holds nothing back while it waits.
  return poll(session, options, (onObtained) =>
    withTransactionAsking(
      session,
      ask,
      async ([[row], , looked]) => {
        if (!row?.locked) return undefined;
        onObtained();
        return { result: await use(row.pid, looked) };
      },
      ending,
    ),
  );
}

/** Longer than anybody needs to make a few tables. */
const SCHEMA_WAIT_MS = 30_000;

/**
 * Makes what is done to the schema of the history wait for its turn until the open transaction ends: histories that
 * share a schema have migration locks of their own, and two who make or grant the same thing at once fail, whatever IF
 * NOT EXISTS says. Like the migration lock it is only tried and tried again.
 *
 * @throws GateError (75) when another session still holds it after half a minute.
 */
export async function lockSchema(session: Session, schema: string): Promise<void> {
  const deadline = Date.now() + SCHEMA_WAIT_MS;
  for (;;) {
    if (await tryLockSchema(session, schema)) return;
    if (Date.now() > deadline) {
      throw new GateError(
        'TRY_AGAIN',
        `another runner is still at work on schema ${quoteIdentifier(schema)} after ${SCHEMA_WAIT_MS / 1000} s`,
        { remedy: 'run again when it has ended' },
      );
    }
    await sleep(20 + Math.random() * 60);
  }
}

/** Tries once. @returns whether it is held now. */
export async function tryLockSchema(session: Session, schema: string): Promise<boolean> {
  const key = keyOf(`schema ${quoteIdentifier(schema)}`);
  const [row] = await session.query<{ locked: boolean }>('select pg_try_advisory_xact_lock($1) as locked', [
    key,
  ]);
  return row?.locked === true;
}

/** Who holds the migration lock now; undefined when nobody does. */
async function findLockHolder(session: Session, settings: MigrationSettings): Promise<string | undefined> {
  const [row] = await session.query<{
    pid: number;
    usename: string;
    application_name: string;
    since: string;
  }>(
    `select a.pid, a.usename, a.application_name, to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS TZ') as since
       from pg_locks l join pg_stat_activity a using (pid)
      where l.locktype = 'advisory' and l.granted and l.objsubid = 1
        and l.database = (select oid from pg_database where datname = current_database())
        and (l.classid::bigint << 32 | l.objid::bigint) = $1::bigint and l.pid <> pg_backend_pid()
      limit 1`,
    [lockKey(settings)],
  );
  return row && `pid ${row.pid} (${row.usename}, ${row.application_name || 'unnamed'}, since ${row.since})`;
}

/** What was done with the lock in hand. */
interface Obtained<T> {
  readonly result: T;
}

/** Tries until `tryOnce` has the lock, which it says as soon as it has it. */
async function poll<T>(
  session: Session,
  { settings, wait, signal, reporter, activity }: LockOptions,
  tryOnce: (onObtained: () => void) => Promise<Obtained<T> | undefined>,
): Promise<T> {
  const started = Date.now();
  const deadline = started + wait;
  const waited = (isObtained: boolean) =>
    activity.happened({
      ...({ kind: 'lock_wait', lock: 'migration' } as const),
      ...{ milliseconds: Date.now() - started, isObtained },
    });
  let announced = 0;
  for (let attempt = 0; ; attempt++) {
    const obtained = await tryOnce(() => {
      if (attempt > 0) waited(true);
    });
    if (obtained) return obtained.result;
    const left = deadline - Date.now();
    const holder = (await findLockHolder(session, settings)) ?? 'another session';
    if (left <= 0) {
      waited(false);
      throw new GateError(
        'TRY_AGAIN',
        `the migration lock is still held by ${holder} after ${wait / 1000} s`,
        {
          remedy: 'run again when it has ended, or raise LOCK_WAIT_SECONDS',
        },
      );
    }
    if (Date.now() - announced > 10_000) {
      announced = Date.now();
      reporter.info('lock_waiting', `waiting for the migration lock, held by ${holder}`, { holder });
    }
    const pause = Math.min(100 * 1.5 ** attempt, 1000) * (0.75 + Math.random() / 2);
    await sleep(Math.min(pause, left), undefined, { signal }).catch(() => {
      throw new GateError('TRY_AGAIN', 'interrupted while waiting for the migration lock');
    });
  }
}
