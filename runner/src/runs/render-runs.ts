import Table from 'cli-table3';
import { plural } from '../report/plural';
import { type RecordedRun, RUNS_SHOWN } from './read-runs';

/** The runs as a table for a terminal, the newest first. */
export function renderRuns(runs: readonly RecordedRun[]): string {
  if (runs.length === 0) return 'no run has changed this database, as far as is recorded';
  const table = new Table({
    head: ['started', 'command', 'outcome', 'took', 'migrations', 'image'],
    style: { head: [], border: [], compact: true },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
  for (const run of runs) {
    const { startedAt, command, image } = run;
    table.push([
      ...[`${startedAt.slice(0, 19).replace('T', ' ')}Z`, command, outcomeOf(run), tookOf(run)],
      ...[migrationsOf(run), image ?? ''],
    ]);
  }
  return `${table}${runs.length === RUNS_SHOWN ? `\nthe last ${RUNS_SHOWN} runs` : ''}`;
}

function outcomeOf({ outcome, exitCode }: RecordedRun): string {
  return outcome === 'failed' && exitCode !== null ? `failed (${exitCode})` : outcome;
}

/** Seconds with a tenth: what is compared are runs, not statements. */
function tookOf({ durationMs }: RecordedRun): string {
  return durationMs === null ? '' : `${(durationMs / 1000).toFixed(1)} s`;
}

function migrationsOf({ migrations }: RecordedRun): string {
  const names = migrations.map(({ migration }) => migration);
  if (names.length < 2) return names[0] ?? 'none';
  return `${plural(names.length, 'migration')}: ${names[0]} … ${names.at(-1)}`;
}
