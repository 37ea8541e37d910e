import type { Session } from '../database/session';
import { type Blocker, pidOf, readBlockers, renderBlocker } from './blockers';
import { readWait } from './lock-waits';
import { endPrepared } from './prepared-transactions';
import type { Look, SessionObserver } from './session-observer';

/** Milliseconds between two lines about the same wait. */
const EVERY_MS = 5000;
/** Shorter waits are nobody's business. */
const LONG_MS = 1000;

/** Who waits, for the message, and in which migration. */
export interface Waiting {
  readonly what: string;
  readonly migration: string;
}

/** Tells every few seconds for whom a statement waits that may wait without a limit. */
export function reportWaits(pid: number, waiting: Waiting, observer: SessionObserver): Look {
  const isTime = every(EVERY_MS);
  const { activity } = observer.context;
  return async (session: Session) => {
    const { statement } = activity;
    const wait = await readWait(session, pid);
    if (!wait || wait.milliseconds < LONG_MS || !isTime()) return undefined;
    const blockers = await readBlockers(session, pid);
    activity.saw(statement, { waitsFor: shortNames(blockers) });
    reportBlockers(waiting, blockers, observer.reporter, wait.milliseconds);
    return undefined;
  };
}

function reportBlockers(
  { what, migration }: Waiting,
  blockers: readonly Blocker[],
  reporter: SessionObserver['reporter'],
  milliseconds: number,
): void {
  // It ended between two questions.
  if (blockers.length === 0) return;
  const pids = blockers.flatMap((blocker) => pidOf(blocker) ?? []);
  reporter.info('statement_waiting', `${what} waits for ${renderBlockers(blockers)}`, {
    ...{ migration, waited_ms: Math.round(milliseconds) },
    ...(pids.length > 0 && { waiting_for_pids: pids }),
    remedy: remedyFor(blockers),
  });
}

/** What ends a wait for these. */
export function remedyFor(blockers: readonly Blocker[]): string {
  const prepared = blockers.flatMap((blocker) => ('gid' in blocker ? [endPrepared(blocker)] : []));
  return prepared.length > 0 ? prepared.join('; ') : 'end the session if it is forgotten';
}

export function renderBlockers(blockers: readonly Blocker[]): string {
  return blockers.map(renderBlocker).join(', ');
}

/** For a line with little room. */
export function shortNames(blockers: readonly Blocker[]): string[] {
  return blockers.map((blocker) =>
    'gid' in blocker ? `the prepared transaction ${JSON.stringify(blocker.gid)}` : `pid ${blocker.pid}`,
  );
}

/** True at most once in so many milliseconds. */
export function every(milliseconds: number): () => boolean {
  let last = Number.NEGATIVE_INFINITY;
  return () => {
    if (performance.now() - last < milliseconds) return false;
    last = performance.now();
    return true;
  };
}
