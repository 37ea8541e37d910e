import Table from 'cli-table3';
import type { StatusProgress, StatusRow } from './status-rows';
import { extentOf } from './stopped-midway';

/** The rows as a table for a terminal; the column of the progress is there only when there is some. */
export function renderStatus(rows: readonly StatusRow[]): string {
  const hasProgress = rows.some(({ progress }) => progress);
  const table = new Table({
    head: ['migration', 'state', 'history id', ...(hasProgress ? ['progress'] : [])],
    style: { head: [], border: [], compact: true },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
  for (const { migration, state, historyId, progress } of rows) {
    table.push([
      ...[migration, state, historyId === undefined ? '' : String(historyId)],
      ...(hasProgress ? [progress ? renderProgress(progress) : ''] : []),
    ]);
  }
  return table.toString();
}

function renderProgress({ state, done, begun, statements, lastAt }: StatusProgress): string {
  const extent = extentOf({ last: done.at(-1), begun, statements });
  return `${state}: ${extent}${lastAt === undefined ? '' : ` (last noted ${lastAt})`}`;
}
