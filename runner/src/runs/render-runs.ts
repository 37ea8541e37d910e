import Table from 'cli-table3';
import { plural } from '../report/plural';
import { RUNS_SHOWN } from './read-runs';
import type { RecordedRun } from './recorded-run';
import { changedOf, oneLine, outcomeOf, timeOf, tookOf } from './run-words';

const HEAD = ['run', 'started', 'command', 'outcome', 'took', 'migrations'];

/** Characters of a line: of what a terminal or a ticket shows without a break. */
const WIDTH = 100;
/** Enough to tell runs apart, as git does it with commits. */
const ID = 8;
/** What stands around a cell, and before the first. */
const BORDER = 3;

/**
 * The runs as a table for a terminal, the newest first. Why a run failed stands below it, and its image where that is
 * another than that of the run before.
 */
export function renderRuns(runs: readonly RecordedRun[], limit = RUNS_SHOWN): string {
  if (runs.length === 0) return 'no run has changed this database, as far as is recorded';
  const table = new Table({
    head: HEAD,
    style: { head: [], border: [], compact: true },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
  const cells = runs.map((run) => [
    ...[run.id.slice(0, ID), timeOf(run.startedAt), run.command, outcomeOf(run), tookOf(run.durationMs)],
  ]);
  const widths = [0, 1, 2, 3, 4].map((column) =>
    Math.max(...[HEAD, ...cells].map((row) => row[column]?.length ?? 0)),
  );
  const left = WIDTH - widths.reduce((sum, width) => sum + width + BORDER, 0) - BORDER - 1;
  for (const [index, run] of runs.entries()) {
    const changed = changedOf(run);
    const fits = changed.length <= left;
    table.push([
      ...(cells[index] ?? []),
      fits ? changed : oneLine(plural(run.migrationCount, 'migration'), left),
    ]);
    for (const note of [...(fits ? [] : [changed]), ...notesOf(run, runs[index + 1])]) {
      table.push([{ colSpan: HEAD.length, content: `  ${oneLine(note, WIDTH - 2 * BORDER)}` }]);
    }
  }
  return runs.length === limit ? `${table}\nthe last ${plural(limit, 'run')}` : `${table}`;
}

function notesOf({ failure, image }: RecordedRun, before: RecordedRun | undefined): string[] {
  const isNew = image !== null && image !== before?.image;
  return [...(failure ? [`✗ ${failure.message}`] : []), ...(isNew ? [`image ${image}`] : [])];
}
