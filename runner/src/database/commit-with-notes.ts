import { isServerError } from '../errors/server-error';
import { SqlState } from '../errors/sqlstate';
import { codeOf, isConnectionLost } from '../errors/to-gate-error';
import { type Note, noteText, refusalIn } from './behind-savepoint';
import type { Session } from './session';
import { commitFailure, rollBack } from './transaction';

/** What is said last in a transaction. */
export interface LastWords {
  /** Statements that must not fail. */
  readonly first: string;
  /** Of which the server may refuse any; nobody is told their rows. */
  readonly notes: readonly Note[];
  /** Ends with COMMIT, or with what only concerns the session. */
  readonly last: string;
}

/**
 * Commits with what is written last, in one message: behind a statement that it refuses, the server does nothing else of it,
 * so that it commits only when all before was done. Where it refuses a note, the rest is sent once more.
 *
 * @throws what the server says of the first statements, when all is rolled back. GateError as `commit` where it was COMMIT
 *   that failed, which `named` gives its last form.
 */
export async function commitWithNotes(
  session: Session,
  { first, notes, last }: LastWords,
  named: (failure: unknown) => unknown = (failure) => failure,
): Promise<void> {
  try {
    await session.execute([first, ...notes.map(noteText), last].join('; '));
  } catch (error) {
    const reached = isConnectionLost(error) ? COMMIT : await reachedIn(session, notes);
    if (reached === COMMIT) throw named(await commitFailure(session, error));
    const note = refuse(notes[reached], error);
    if (!note) {
      await rollBack(session);
      throw error;
    }
    const rest = { first: `release savepoint ${note.name}`, notes: notes.slice(reached + 1), last };
    await commitWithNotes(session, rest, named);
  }
}

/** The note that was refused; undefined where that is no reason to go on. */
function refuse(note: Note | undefined, error: unknown): Note | undefined {
  if (!isServerError(error)) return undefined;
  note?.onRefused(refusalIn(error));
  return note;
}

const COMMIT = 'commit';

/** How far the server came: to which of the notes, to none of them yet (-1), or to COMMIT. */
async function reachedIn(session: Session, notes: readonly Note[]): Promise<number | typeof COMMIT> {
  // COMMIT ends the transaction, also where it is refused.
  if ((await refusalOf(session, 'savepoint drizzle_gate_open')) !== SqlState.IN_FAILED_SQL_TRANSACTION)
    return COMMIT;
  // A savepoint is there as long as its note is not done.
  for (const [at, { name }] of [...notes.entries()].reverse()) {
    if ((await refusalOf(session, `rollback to savepoint ${name}`)) === undefined) return at;
  }
  return -1;
}

async function refusalOf(session: Session, text: string): Promise<string | undefined> {
  try {
    await session.farewell(() => session.execute(text));
    return undefined;
  } catch (error) {
    return codeOf(error) ?? 'lost';
  }
}
