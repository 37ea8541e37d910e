import Table from 'cli-table3';
import type { StatusRow } from './status-rows';

/** The rows as a table for a terminal. */
export function renderStatus(rows: readonly StatusRow[]): string {
  const table = new Table({
    head: ['migration', 'state', 'history id'],
    style: { head: [], border: [], compact: true },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
  for (const { migration, state, historyId } of rows) {
    table.push([migration, state, historyId === undefined ? '' : String(historyId)]);
  }
  return table.toString();
}
