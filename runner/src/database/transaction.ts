import { GateError } from '../errors/gate-error';
import { isServerError, type ServerError } from '../errors/server-error';
import { exitOfSqlState } from '../errors/sqlstate';
import { isConnectionLost, toGateError } from '../errors/to-gate-error';
import type { Session } from './session';
import { stillAnswers } from './still-answers';

/**
 * Not at the isolation level that the role may have as its default: under the migration lock each statement must see
 * what the runner before has committed.
 */
export const BEGIN = 'begin isolation level read committed';

/**
 * Takes what was set in the transaction from the session as soon as it has committed. In one message: behind a pooler,
 * somebody else gets the connection after it.
 */
export const COMMIT_AND_RESET = 'commit; reset session authorization; reset all';

/**
 * Commits what `use` did, or rolls all of it back.
 *
 * @param end the text that commits.
 * @throws GateError (69) when the connection is lost during COMMIT: nobody knows the outcome then but the next run,
 *   which reads the history first.
 */
export async function withTransaction<T>(
  session: Session,
  use: () => Promise<T>,
  end = 'commit',
): Promise<T> {
  return withTransactionAsking(session, async () => undefined, use, { end });
}

/** How a transaction ends when all is done. */
export interface Ending {
  /** The text that commits. @default a plain COMMIT */
  readonly end?: string | undefined;
  /** Commits in another way, or rolls back. */
  readonly commit?: (() => Promise<void>) | undefined;
  /** Asks something right behind the COMMIT, which is still on its way. What comes of it is its own affair. */
  readonly behind?: (() => void) | undefined;
  /** Takes the COMMIT that is on its way: whoever does waits for it, together with what follows. */
  readonly take?: ((committing: Promise<void>) => void) | undefined;
}

/** The same for what is asked first in the transaction: it goes to the server together with BEGIN. */
export async function withTransactionAsking<A, T>(
  session: Session,
  ask: () => Promise<A>,
  use: (answer: A) => Promise<T>,
  ending: Ending = {},
): Promise<T> {
  const begun = session.execute(BEGIN);
  const asked = ask();
  // Where BEGIN fails, that is what is told.
  asked.catch(() => undefined);
  await begun;
  let result: T;
  try {
    result = await use(await asked);
  } catch (error) {
    // The first error is the one to report; a lost connection has rolled back by itself.
    await rollBack(session);
    throw error;
  }
  const { end, behind, take } = ending;
  const committing = ending.commit?.() ?? commit(session, end);
  behind?.();
  if (take) take(committing);
  else await committing;
  return result;
}

/** Also after the run was told to end. */
export async function rollBack(session: Session): Promise<void> {
  await session.farewell(() => session.execute('rollback')).catch(() => undefined);
}

/**
 * Commits the open transaction.
 *
 * @throws GateError (69) when the connection is lost meanwhile; (82 or what the SQLSTATE means) when the server refuses.
 */
export async function commit(session: Session, end = 'commit'): Promise<void> {
  try {
    await session.execute(end);
  } catch (error) {
    throw await commitFailure(session, error);
  }
}

/** What it means that COMMIT failed. */
export async function commitFailure(session: Session, error: unknown): Promise<unknown> {
  if (isServerError(error)) return commitRefused(error, await stillAnswers(session, error));
  return isConnectionLost(error) ? commitOutcomeUnknown(error) : error;
}

export function commitOutcomeUnknown(cause: unknown): GateError {
  if (typeof cause === 'object' && cause !== null) unanswered.add(cause);
  return new GateError('UNAVAILABLE', 'the connection was lost during COMMIT; its outcome is unknown', {
    remedy: 'run again; history and progress are read first and tell what was committed',
    cause,
  });
}

/** What cut a COMMIT off from its answer. */
const unanswered = new WeakSet<object>();

/** Whether nobody knows if what failed is committed all the same. */
export function isOutcomeUnknown({ cause }: Pick<GateError, 'cause'>): boolean {
  return typeof cause === 'object' && cause !== null && unanswered.has(cause);
}

/**
 * Whether a transaction is open, whoever began it. In the simple protocol both clocks are read from the same message,
 * unless an earlier one began the transaction.
 */
export async function isInTransaction(session: Session): Promise<boolean> {
  const [row] = await session.execute<{ open: boolean }>(
    'select pg_catalog.now() operator(pg_catalog.<>) pg_catalog.statement_timestamp() as open',
  );
  return row?.open === true;
}

/** A deferred constraint or trigger speaks up only now; the server has rolled everything back. */
function commitRefused(error: ServerError, sessionAlive: boolean): GateError {
  const { message, remedy, detail, sqlstate } = toGateError(error);
  const exit = (sessionAlive ? undefined : exitOfSqlState(error.code)) ?? 'MIGRATION_FAILED';
  return new GateError(exit, `COMMIT refused: ${message}`, {
    ...{ remedy: remedy ?? 'correct what the deferred check refuses and run again', detail, sqlstate },
    cause: error,
  });
}
