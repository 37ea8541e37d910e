import Table from 'cli-table3';
import { plural } from '../report/plural';
import { RUNS_SHOWN } from './read-runs';
import type { RecordedRun } from './recorded-run';
import { changedOf, oneLine, outcomeOf, timeOf, tookOf, WIDTH } from './run-words';

const HEAD = ['run', 'started', 'command', 'outcome', 'took', 'migrations'];
const NARROW_HEAD = ['run', 'started (UTC)', 'command', 'outcome', 'took'];

/** The narrowest terminal for which the table is made. */
const NARROW = 80;
/** Enough to tell runs apart, as git does it with commits. */
const ID = 8;
/** What stands around a cell, and before the first. */
const BORDER = 3;

/**
 * The runs as a table for a terminal, the newest first. Why a run failed stands below it, and its image where that is
 * another than that of the run before. On a narrow terminal, what it did stands below it, too.
 *
 * @param columns characters of a line.
 */
export function renderRuns(runs: readonly RecordedRun[], limit = RUNS_SHOWN, columns = WIDTH): string {
  if (runs.length === 0) return 'no run has changed this database, as far as is recorded';
  const width = Math.max(NARROW, Math.min(columns, WIDTH));
  const isNarrow = width < WIDTH;
  const head = isNarrow ? NARROW_HEAD : HEAD;
  const table = new Table({
    head,
    style: { head: [], border: [], compact: true },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
  const cells = runs.map((run) => [
    ...[run.id.slice(0, ID), isNarrow ? toTheMinute(run.startedAt) : timeOf(run.startedAt)],
    ...[run.command, outcomeOf(run), tookOf(run.durationMs)],
  ]);
  const widths = [0, 1, 2, 3, 4].map((column) =>
    Math.max(...[HEAD, ...cells].map((row) => row[column]?.length ?? 0)),
  );
  const left = width - widths.reduce((sum, width) => sum + width + BORDER, 0) - BORDER - 1;
  for (const [index, run] of runs.entries()) {
    const changed = changedOf(run);
    const fits = isNarrow ? run.migrationCount === 0 && !run.kept : changed.length <= left;
    const last = fits ? changed : oneLine(plural(run.migrationCount, 'migration'), left);
    table.push([...(cells[index] ?? []), ...(isNarrow ? [] : [last])]);
    for (const note of [...(fits ? [] : [changed]), ...notesOf(run, runs[index + 1])]) {
      table.push([{ colSpan: head.length, content: `  ${oneLine(note, width - 2 * BORDER)}` }]);
    }
  }
  return runs.length === limit ? `${table}\nthe last ${plural(limit, 'run')}` : `${table}`;
}

function toTheMinute(iso: string): string {
  return timeOf(iso).slice(0, 16);
}

function notesOf({ failure, image }: RecordedRun, before: RecordedRun | undefined): string[] {
  const isNew = image !== null && image !== before?.image;
  return [...(failure ? [`✗ ${failure.message}`] : []), ...(isNew ? [`image ${image}`] : [])];
}
