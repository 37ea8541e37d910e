import Table from 'cli-table3';
import { plural } from '../../../../runner/src/report/plural';
import { tookOf } from '../../../../runner/src/runs/run-words';
import type { ClusterRun } from './cluster-runs';

/** More than this is for `--json`. */
const SHOWN = 10;

/** The last runs as a table, the newest first. */
export function renderRuns(runs: readonly ClusterRun[]): string {
  if (runs.length === 0) return 'no run is known, neither in the cluster nor in the database';
  const table = new Table({
    head: ['started', 'command', 'outcome', 'took', 'migrations', 'image', 'job'],
    style: { head: [], border: [], compact: true },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
  for (const run of runs.slice(0, SHOWN)) {
    const started = `${new Date(run.startedAt).toISOString().slice(0, 19).replace('T', ' ')}Z`;
    table.push([
      ...[started, run.command, outcomeOf(run), tookOf(run.durationMs), migrationsOf(run)],
      ...[run.image ?? '', run.job ?? ''],
    ]);
  }
  return `${table}${runs.length > SHOWN ? `\nthe last ${SHOWN} of ${runs.length} runs` : ''}`;
}

function outcomeOf({ outcome, exitCode, reason }: ClusterRun): string {
  const detail = outcome === 'failed' ? (exitCode ?? reason) : null;
  return detail === null ? outcome : `${outcome} (${detail})`;
}

function migrationsOf({ migrations, isOnlyInCluster }: ClusterRun): string {
  if (migrations.length === 0) return isOnlyInCluster ? '' : 'none';
  return migrations.length === 1 ? (migrations[0] ?? '') : plural(migrations.length, 'migration');
}
