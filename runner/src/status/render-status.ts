import { boxTable } from '../report/box-table';
import { extentOf } from './describe-midway';
import type { StatusProgress, StatusRow } from './status-rows';

/** The rows as a table for a terminal; the column of the progress is there only when there is some. */
export function renderStatus(rows: readonly StatusRow[]): string {
  const hasProgress = rows.some(({ progress }) => progress);
  return boxTable(
    ['migration', 'state', 'history id', ...(hasProgress ? ['progress'] : [])],
    rows.map(({ migration, state, historyId, progress }) => [
      ...[migration, state, historyId === undefined ? '' : String(historyId)],
      ...(hasProgress ? [progress ? renderProgress(progress) : ''] : []),
    ]),
  );
}

function renderProgress({ state, done, begun, statements, lastAt }: StatusProgress): string {
  const extent = extentOf({ last: done.at(-1), begun, statements });
  return `${state}: ${extent}${lastAt === undefined ? '' : ` (last noted ${lastAt})`}`;
}
