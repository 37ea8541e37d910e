import type { GateError } from '../errors/gate-error';
import { toGateError } from '../errors/to-gate-error';
import type { Row, Session } from './session';

/** What is written beside the work, and may be refused without failing it. */
export interface Note {
  /** Of its savepoint. */
  readonly name: string;
  /** Each one statement or more. */
  readonly messages: readonly string[];
  /** Told when the server refuses it. */
  readonly onRefused: (refusal: GateError) => void;
  /** Told the rows of each message when it has run. */
  readonly onDone?: (answers: readonly (readonly Row[])[]) => void;
}

/**
 * Runs messages in the open transaction so that a refusal of the server takes nothing else of it along. The savepoint
 * costs no message of its own, because it comes with every unit.
 *
 * @param messages each one statement or more.
 * @returns the refusal; undefined when all of it has run.
 * @throws GateError when it was none, see {@link refusalIn}.
 */
export async function behindSavepoint(
  session: Session,
  name: string,
  messages: readonly string[],
): Promise<GateError | undefined> {
  let refused: GateError | undefined;
  const onRefused = (refusal: GateError) => {
    refused = refusal;
  };
  await behindSavepoints(session, [{ name, messages, onRefused }]);
  return refused;
}

/**
 * The same for several, which go to the server together. Those behind one that is refused fail with it, and are sent once
 * more.
 */
export async function behindSavepoints(session: Session, notes: readonly Note[]): Promise<void> {
  let left = notes;
  while (left.length > 0) {
    const answers = left.map((note) =>
      Promise.allSettled(messagesOf(note).map((text) => session.execute(text))),
    );
    const all = await Promise.all(answers);
    const at = all.findIndex((settled) => settled.some(({ status }) => status === 'rejected'));
    for (const [index, each] of (at < 0 ? left : left.slice(0, at)).entries()) {
      each.onDone?.(
        (all[index] ?? []).map((settled) => (settled.status === 'fulfilled' ? settled.value : [])),
      );
    }
    const note = left[at];
    if (!note) return;
    const failed = all[at]?.find((settled) => settled.status === 'rejected');
    const refusal = refusalIn(failed?.reason);
    await session.execute(`rollback to savepoint ${note.name}; release savepoint ${note.name}`);
    note.onRefused(refusal);
    left = left.slice(at + 1);
  }
}

/** All of a note in one text. */
export function noteText({ name, messages }: Note): string {
  return [`savepoint ${name}`, ...messages, `release savepoint ${name}`].join('; ');
}

function messagesOf({ name, messages, onDone }: Note): string[] {
  const [first = '', ...rest] = messages;
  const all = [`savepoint ${name}; ${first}`, ...rest];
  // The rows are those of the last statement of a message.
  if (onDone) return [...all, `release savepoint ${name}`];
  return all.map((message, index) =>
    index === all.length - 1 ? `${message}; release savepoint ${name}` : message,
  );
}

/**
 * The same for what needs answers in between. A refusal takes nothing of the open transaction along.
 *
 * @returns the refusal; undefined when all of it has run.
 * @throws GateError when it was none, see {@link refusalIn}.
 */
export async function withinSavepoint(
  session: Session,
  name: string,
  use: () => Promise<void>,
): Promise<GateError | undefined> {
  await session.execute(`savepoint ${name}`);
  try {
    await use();
    await session.execute(`release savepoint ${name}`);
    return undefined;
  } catch (error) {
    const refusal = refusalIn(error);
    await session.execute(`rollback to savepoint ${name}; release savepoint ${name}`);
    return refusal;
  }
}

/**
 * What the server refused, whatever its reason (a privilege, an event trigger, a lock): no reason to fail where the
 * statement was for the record only.
 *
 * @throws GateError when it was no refusal: the connection is lost, or the migration lock was not obtained.
 */
export function refusalIn(error: unknown): GateError {
  const failure = toGateError(error);
  const isRefusal = failure.exit === 'ACCESS' || failure.sqlstate !== undefined;
  if (!isRefusal || failure.exit === 'UNAVAILABLE') throw failure;
  return failure;
}
