import type { Session } from '../database/session';
import { toGateError } from '../errors/to-gate-error';
import { LockBudget } from '../observe/lock-budget';
import { reportOldTransactions } from '../observe/old-transactions';
import { both, type Look } from '../observe/session-observer';
import { reportWaits } from '../observe/waiting';
import type { AloneTarget } from '../sql/alone-target';
import { quoteName } from '../sql/quote';
import type { ScriptContext } from './script-context';
import { withoutLockTimeout } from './without-lock-timeout';

type DetachTarget = Extract<AloneTarget, { readonly command: 'detach partition' }>;

interface Link {
  readonly parent: string;
  readonly partition: string;
  /** The first half is committed: the parent does not show the rows of the partition any more. */
  readonly pending: boolean;
}

/** The partition as it hangs on its parent; undefined when it does not. */
export async function findLink(
  session: Session,
  { parent, partition }: DetachTarget,
): Promise<Link | undefined> {
  const [link] = await session.query<Link & Record<string, unknown>>(
    `select inhparent::text as parent, inhrelid::text as partition, inhdetachpending as pending
       from pg_inherits where inhrelid = to_regclass($1) and inhparent = to_regclass($2)`,
    [quoteName(partition), quoteName(parent)],
  );
  return link;
}

/** A detach that was interrupted after its first half can't be begun again. */
export function finalizeDetach({ parent, partition }: DetachTarget): string {
  return `alter table ${quoteName(parent)} detach partition ${quoteName(partition)} finalize`;
}

/**
 * Runs a DETACH PARTITION CONCURRENTLY. Its first half waits for transactions, blocks nobody and may last; its second
 * half wants ACCESS EXCLUSIVE on the partition and has the lock budget. So has FINALIZE, which waits for old snapshots
 * while it holds that lock.
 *
 * @throws GateError that says so when the detach is half done.
 */
export async function detachPartition(
  run: () => Promise<void>,
  target: DetachTarget,
  migration: string,
  context: ScriptContext,
): Promise<void> {
  const { session, observer, reporter, settings } = context;
  const { lockTimeout } = settings.limits;
  const pid = session.backendPid;
  const link = await findLink(session, target);
  let isPending = link?.pending ?? false;
  const seePending: Look = async (other) => {
    isPending ||= await isDetachPending(other, link);
    return undefined;
  };
  const waiting = { what: 'DETACH PARTITION CONCURRENTLY', migration };
  const looks = both(reportWaits(pid, waiting, observer), seePending);
  try {
    // Without an observer only lock_timeout holds: then the first half may not wait longer either.
    if (isPending || !(await observer.isAvailable())) {
      await new LockBudget(observer, pid, lockTimeout).spend(run, looks);
      return;
    }
    await reportOldTransactions(session, waiting, reporter);
    await withoutLockTimeout(session, () =>
      new LockBudget(observer, pid, lockTimeout, 'blocking').spend(run, looks),
    );
  } catch (error) {
    isPending = await isDetachPending(session, link).catch(() => isPending);
    throw halfDone(error, target, isPending, link !== undefined && context.signal.aborted);
  }
}

async function isDetachPending(session: Session, link: Link | undefined): Promise<boolean> {
  if (!link) return false;
  const [row] = await session.query<{ pending: boolean }>(
    `select inhdetachpending as pending from pg_inherits where inhrelid = $1::text::oid and inhparent = $2::text::oid`,
    [link.partition, link.parent],
  );
  return row?.pending ?? false;
}

/** After an interruption nobody can ask any more, and the last look may have been too early. */
function halfDone(
  error: unknown,
  { parent, partition }: DetachTarget,
  isPending: boolean,
  isInterrupted: boolean,
): unknown {
  if (!isPending && !isInterrupted) return error;
  const failure = toGateError(error);
  const consequence = `rows of ${quoteName(partition)} are no longer seen through ${quoteName(parent)}`;
  const state = isPending
    ? `the detach is half done: ${consequence}`
    : `the detach may be half done; then ${consequence}`;
  const next = isInterrupted ? 'run again' : (failure.remedy ?? 'correct the cause and run again');
  return failure.with({
    message: `${failure.message}; ${state}`,
    remedy: `${next}; the next run finalizes the detach`,
  });
}
