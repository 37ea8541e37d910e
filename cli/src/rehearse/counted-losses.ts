import type { LogEvent } from '../../../runner/src/report/render-event';
import { type Loss, renderLoss } from '../../../runner/src/rollback/losses/loss';
import type { RowsSnapshot } from '../rollback/data/snapshot-rows';
import { judge, type Rehearsal } from './rehearsal';

/**
 * Holds the counts that the plan shows against the rows that are there.
 *
 * @returns how many rows and values of tables are lost.
 */
export function checkCountedLosses(
  rehearsal: Rehearsal,
  events: readonly LogEvent[],
  rows: RowsSnapshot,
): number {
  const started = Date.now();
  const counted = lossesIn(events).flatMap((loss) => {
    const there = countOf(loss, rows);
    return there === undefined ? [] : [{ loss, there }];
  });
  const differences = counted
    .filter(({ loss, there }) => loss.rows !== there)
    .map(({ loss, there }) => `the plan says "${renderLoss(loss)}", but there are ${there}`);
  const lost = counted.reduce((sum, { there }) => sum + there, 0);
  judge(rehearsal, 'count what would be lost', differences, started, `${lost} rows or values`);
  return lost;
}

function lossesIn(events: readonly LogEvent[]): readonly Loss[] {
  const withLosses = events.find(({ losses }) => Array.isArray(losses));
  return (withLosses?.losses ?? []) as readonly Loss[];
}

/** Rows of the table, or values of the column that are not null; undefined where nothing can be counted here. */
function countOf({ kind, table, column }: Loss, { tables }: RowsSnapshot): number | undefined {
  if (!table || (kind !== 'table' && kind !== 'column')) return undefined;
  const found = tables.find(({ schema, name }) => schema === table.schema && name === table.name);
  if (!found || kind === 'table') return found?.rows.length;
  const index = found.columns.findIndex(({ name }) => name === column);
  return index === -1 ? undefined : found.rows.filter((row) => row[index] !== null).length;
}
