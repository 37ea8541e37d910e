import type { Session } from '../database/session';
import type { Reporter } from '../report/reporter';
import { readBlockers } from './blockers';
import type { Look } from './session-observer';
import { renderBlockers, reportWaits, type Waiting } from './waiting';

interface BuildProgress {
  readonly phase: string;
  readonly done: string;
  readonly total: string;
  readonly locker: string;
}

/** Milliseconds between two lines about the same build. */
const EVERY_MS = 5000;

/** Tells how far a concurrent index build has come, and for whom it waits, also before there is any progress. */
export function indexProgress(pid: number, waiting: Waiting, reporter: Reporter): Look {
  let told = Date.now() - EVERY_MS + 1000;
  const waits = reportWaits(pid, waiting, reporter);
  return async (observer: Session) => {
    if (Date.now() - told < EVERY_MS) return undefined;
    const [build] = await observer.query<BuildProgress>(
      `select phase, current_locker_pid as locker,
              case when lockers_total > lockers_done then lockers_done
                   when blocks_total > 0 then blocks_done else tuples_done end as done,
              case when lockers_total > lockers_done then lockers_total
                   when blocks_total > 0 then blocks_total else tuples_total end as total
         from pg_stat_progress_create_index where pid = $1`,
      [pid],
    );
    if (!build) return waits(observer);
    told = Date.now();
    const locker = await renderLocker(observer, pid, build);
    reporter.info('index_progress', `${renderBuild(build)}${locker}`, {
      ...{ migration: waiting.migration, phase: build.phase },
      ...{ done: Number(build.done), total: Number(build.total) },
      ...(Number(build.locker) > 0 && { waiting_for_pid: Number(build.locker) }),
    });
    return undefined;
  };
}

/** The view names no prepared transaction, and a pid only where it has been told one. */
async function renderLocker(
  observer: Session,
  pid: number,
  { locker, phase }: BuildProgress,
): Promise<string> {
  if (!phase.startsWith('waiting') && Number(locker) === 0) return '';
  const blockers = await readBlockers(observer, pid);
  if (blockers.length > 0) return `, waiting for ${renderBlockers(blockers)}`;
  return Number(locker) > 0 ? `, waiting for pid ${locker}` : '';
}

function renderBuild({ phase, done, total }: BuildProgress): string {
  const share = Number(total) > 0 ? `, ${Math.floor((100 * Number(done)) / Number(total))} %` : '';
  return `building the index: ${phase}${share}`;
}
