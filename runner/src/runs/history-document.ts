import type { RecordedRun } from './recorded-run';

/** What `history --json` writes. */
export interface HistoryDocument {
  /** The newest first. */
  readonly runs: readonly RecordedRun[];
}

/** Migrations of a document, all runs together: beyond it, it would not come through the log of a pod. */
const MOST = 5000;

/**
 * The document of many runs. Where they committed very many migrations, the older of them tell only how many; `--run` has
 * them all.
 */
export function historyDocument(runs: readonly RecordedRun[], most = MOST): HistoryDocument {
  let left = most;
  const take = <T>(items: readonly T[]): readonly T[] => {
    const taken = items.slice(0, left);
    left -= taken.length;
    return taken;
  };
  return {
    runs: runs.map((run) => ({
      ...run,
      migrations: take(run.migrations),
      uncommitted: take(run.uncommitted),
    })),
  };
}
