import type { RunningStatement } from '../activity/part';
import type { Session } from '../database/session';
import { renderProgress } from '../terminal/render-sight';
import { type Blocker, readBlockers } from './blockers';
import { INDEX_DONE, INDEX_TOTAL } from './read-sight';
import type { Look, SessionObserver } from './session-observer';
import { renderBlockers, reportWaits, shortNames, type Waiting } from './waiting';

interface BuildProgress {
  readonly phase: string;
  readonly done: string | null;
  readonly total: string | null;
  readonly locker: string;
}

/** Milliseconds between two lines about the same build. */
const EVERY_MS = 5000;

/** Tells how far a concurrent index build has come, and for whom it waits, also before there is any progress. */
export function indexProgress(pid: number, waiting: Waiting, observer: SessionObserver): Look {
  let told = Date.now() - EVERY_MS + 1000;
  const waits = reportWaits(pid, waiting, observer);
  const { activity } = observer.context;
  return async (session: Session) => {
    if (Date.now() - told < EVERY_MS) return undefined;
    const { statement } = activity;
    const [build] = await session.query<BuildProgress>(
      `select phase, current_locker_pid as locker,
              ${INDEX_DONE} as done, ${INDEX_TOTAL} as total
         from pg_stat_progress_create_index where pid = $1`,
      [pid],
    );
    if (!build) return waits(session);
    told = Date.now();
    const blockers = await readLockers(session, pid, build);
    const locker = renderLocker(build, blockers);
    const { phase } = build;
    const progress = { phase, done: Number(build.done), total: Number(build.total) };
    activity.saw(statement, { progress, waitsFor: shortNames(blockers) });
    observer.reporter.info(
      'index_progress',
      `${whereOf(waiting, statement)}${renderProgress(progress)}${locker}`,
      {
        ...{ migration: waiting.migration, phase },
        ...{ done: progress.done, total: progress.total },
        ...(Number(build.locker) > 0 && { waiting_for_pid: Number(build.locker) }),
      },
    );
    return undefined;
  };
}

/** The view names no prepared transaction, and a pid only where it has been told one. */
async function readLockers(
  session: Session,
  pid: number,
  { locker, phase }: BuildProgress,
): Promise<Blocker[]> {
  if (!phase.startsWith('waiting') && Number(locker) === 0) return [];
  return readBlockers(session, pid);
}

function renderLocker({ locker }: BuildProgress, blockers: readonly Blocker[]): string {
  if (blockers.length > 0) return `, waiting for ${renderBlockers(blockers)}`;
  return Number(locker) > 0 ? `, waiting for pid ${locker}` : '';
}

/** Which one: a migration can build several. */
function whereOf({ what, migration }: Waiting, statement: RunningStatement | undefined): string {
  return `${migration}: ${statement ? `statement ${statement.number}` : what}: `;
}
