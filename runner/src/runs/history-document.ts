import type { RecordedRun } from './recorded-run';

/** What `history --json` writes. */
export interface HistoryDocument {
  readonly database: { readonly host: string; readonly port: number; readonly name: string };
  /** The newest first. */
  readonly runs: readonly RecordedRun[];
}

/** Migrations of a document, all runs together: beyond it, it would not come through the log of a pod. */
const MOST = 5000;

/**
 * The runs of a document of many. Where they committed very many migrations, the older of them tell only how many; `--run` has
 * them all.
 */
export function boundedRuns(runs: readonly RecordedRun[], most = MOST): RecordedRun[] {
  let left = most;
  const take = <T>(items: readonly T[]): readonly T[] => {
    const taken = items.slice(0, left);
    left -= taken.length;
    return taken;
  };
  return runs.map((run) => ({
    ...run,
    migrations: take(run.migrations),
    uncommitted: take(run.uncommitted),
  }));
}
