import { setTimeout as sleep } from 'node:timers/promises';
import { refusalIn } from '../database/behind-savepoint';
import { readInterrupted, rollbackTag } from '../database/progress';
import { openSession, type Session } from '../database/session';
import type { GateError } from '../errors/gate-error';
import { SqlState } from '../errors/sqlstate';
import { toGateError } from '../errors/to-gate-error';
import type { DatabaseContext } from '../run-context';
import { runFailure } from './run-failure';
import type { RunPurpose } from './run-purpose';
import { type RunRow, runRow } from './run-row';
import type { Unfinished } from './unfinished';
import { warnUnrecorded } from './warn-unrecorded';
import { writeFailure } from './write-failure';

/** Milliseconds that a new connection may take, all in all, where the run's own is gone. */
const NEW_CONNECTION_MS = 2000;

/** Failures that were noted, or can't be, so that no door through which they pass does it again. */
const noted = new WeakSet<object>();

/** Says that a failure needs no record any more. */
export function forgoRecord(error: unknown): void {
  if (typeof error === 'object' && error !== null) noted.add(error);
}

/**
 * Notes in the database why a run failed, where there is a table for it already that may be written. It never throws: the
 * failure itself counts, and what can't be noted is at most worth a warning.
 *
 * @param unfinished what the run had begun, where it had come so far.
 */
export async function noteFailure(
  session: Session,
  context: DatabaseContext,
  purpose: RunPurpose,
  error: unknown,
  unfinished?: Unfinished,
): Promise<void> {
  if (typeof error === 'object' && error !== null && noted.has(error)) return;
  forgoRecord(error);
  const failure = toGateError(error);
  const rowOf = (via: Session) => failedRow(via, context, purpose, failure, unfinished);
  const elapsed = elapsedOf(context);
  const note = async (via: Session): Promise<GateError | undefined> => {
    const write = (row: typeof rowOf) =>
      via.farewell(() => writeFailure(via, context, row, { elapsed: elapsed() }));
    try {
      await write(rowOf).catch((refused: unknown) => {
        if (toGateError(refused).sqlstate !== SqlState.UNTRANSLATABLE_CHARACTER) throw refused;
        return write(async () => inAscii(await rowOf(via)));
      });
      return undefined;
    } catch (refused) {
      return refusalIn(refused);
    }
  };
  const refusal = await note(session).catch(() => onNewConnection(context, note));
  if (refusal) warnUnrecorded(refusal, context);
}

/** As long as it is worth: whoever waits for the run to end waits for this, too. */
async function onNewConnection(
  { connection }: DatabaseContext,
  note: (session: Session) => Promise<GateError | undefined>,
): Promise<GateError | undefined> {
  const expiry = new AbortController();
  const limit = sleep(NEW_CONNECTION_MS, undefined, { signal: expiry.signal }).catch(() => undefined);
  const signal = AbortSignal.timeout(NEW_CONNECTION_MS);
  const attempt = async () => {
    const { session, close } = await openSession({ connection, connectTimeout: NEW_CONNECTION_MS, signal });
    return note(session).finally(close);
  };
  try {
    return await Promise.race([attempt().catch(() => undefined), limit]);
  } finally {
    expiry.abort();
  }
}

async function failedRow(
  session: Session,
  context: DatabaseContext,
  purpose: RunPurpose,
  failure: GateError,
  unfinished: Unfinished | undefined,
): Promise<RunRow> {
  const { command, planned = [] } = purpose;
  const halfway = unfinished ? await readInterrupted(session, context.settings.migrations) : undefined;
  const noteOf = (tag: string) => (command === 'rollback' ? rollbackTag(tag) : tag);
  const stopped = planned.map(({ tag }) => tag).filter((tag) => halfway?.has(noteOf(tag)));
  return {
    ...runRow(context, purpose),
    ...{ outcome: 'failed', exit_code: failure.exitCode },
    migrations: JSON.stringify(unfinished?.unwritten ?? []),
    failure: JSON.stringify(runFailure(failure)),
    uncommitted: JSON.stringify(unfinished?.list(failure.migration, new Set(stopped)) ?? []),
  };
}

/** Milliseconds since the run began. */
function elapsedOf({ activity }: DatabaseContext): () => number {
  let startedAt = Date.now();
  activity.follow({
    began: (open) => {
      if (open.part.kind === 'run') startedAt = open.startedAt;
    },
  });
  return () => Date.now() - startedAt;
}

/** For a database whose encoding has less than ours. */
function inAscii(row: RunRow): RunRow {
  const plain = (value: string | number | null) =>
    typeof value === 'string' ? value.replace(/[^\0-\x7f]/g, '?') : value;
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value ?? null)]));
}
