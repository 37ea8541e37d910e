import type { Session } from '../database/session';
import type { Reporter } from '../report/reporter';
import type { Look } from './session-observer';

interface BuildProgress {
  readonly phase: string;
  readonly done: string;
  readonly total: string;
  readonly locker: string;
}

/** Milliseconds between two lines about the same build. */
const EVERY_MS = 5000;

/** Tells how far a concurrent index build has come, and for whom it waits. */
export function indexProgress(pid: number, migration: string, reporter: Reporter): Look {
  let told = Date.now() - EVERY_MS + 1000;
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
    if (!build) return undefined;
    told = Date.now();
    reporter.info('index_progress', renderBuild(build), {
      ...{ migration, phase: build.phase, done: Number(build.done), total: Number(build.total) },
      ...(isWaiting(build) && { waiting_for_pid: Number(build.locker) }),
    });
    return undefined;
  };
}

function isWaiting({ locker }: BuildProgress): boolean {
  return Number(locker) > 0;
}

function renderBuild(build: BuildProgress): string {
  const { phase, done, total, locker } = build;
  const share = Number(total) > 0 ? `, ${Math.floor((100 * Number(done)) / Number(total))} %` : '';
  return `building the index: ${phase}${share}${isWaiting(build) ? `, waiting for pid ${locker} to end its transaction` : ''}`;
}
