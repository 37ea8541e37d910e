import Table from 'cli-table3';
import { renderBytes } from '../../report/bytes';
import { plural } from '../../report/plural';
import { wrapText } from '../../report/wrap-text';
import { holdsData, isCounted, type Loss, renderCount, renderLoss } from './loss';

/** Inside the indentation of an event's detail, a line has no more than 100 characters. */
const WIDTH = 96;
/** Of a table with four columns, with a space on both sides of each. */
const BORDERS = 13;
/** So many objects a person reads; a log that scrolls away shows nothing. */
const SHOWN = 40;

/** What a plan destroys, as lines for a person: what holds data with counts and sizes, then what else goes. */
export function renderLosses(losses: readonly Loss[]): string {
  const counted = losses.filter(isCounted);
  const data = counted.filter(holdsData);
  const objects = counted.filter((loss) => !holdsData(loss));
  return [
    ...(data.length > 1 ? [dataTable(data, losses)] : data.map((loss) => `- ${dataLine(loss, losses)}`)),
    ...(objects.length > 0 ? ['these go as well and hold no data of their own:'] : []),
    ...shown(objects.map((loss) => listItem(renderLoss(loss)))),
    ...(data.length > 0 ? [`in all: ${totalOf(losses)}`] : []),
  ].join('\n');
}

/** For example `2 tables and 1 column with data: 1,204 rows, about 310 values, 12 MB`. */
export function totalOf(losses: readonly Loss[]): string {
  const data = losses.filter(isCounted).filter(holdsData);
  const rows = data.filter(({ kind }) => kind === 'table' || kind === 'rows');
  const values = data.filter(({ kind }) => kind === 'column' || kind === 'values');
  const uncounted = data.filter((loss) => loss.rows === undefined).length;
  const sums = [
    ...(rows.length > 0 ? [sumText(rows, 'table')] : []),
    ...(values.length > 0 ? [sumText(values, 'column')] : []),
  ];
  const bytes = bytesOf(rows);
  return [
    sums.join(' and ') || 'no data',
    ...(bytes > 0 ? [renderBytes(bytes)] : []),
    ...(uncounted > 0 ? [`${uncounted} not counted`] : []),
  ].join(', ');
}

/** Bytes of the tables that lose rows, each once. */
export function bytesOf(losses: readonly Loss[]): number {
  const tables = new Map(losses.flatMap(({ table }) => (table ? [[table.oid, table.bytes]] : [])));
  return [...tables.values()].reduce((sum, bytes) => sum + bytes, 0);
}

/** The sum in the words of a single loss; of anything that is estimated it is an estimate. */
function sumText(losses: readonly Loss[], kind: 'table' | 'column'): string {
  const rows = losses.reduce((sum, loss) => sum + (loss.rows ?? 0), 0);
  const isEstimate = losses.some((loss) => loss.isEstimate);
  return renderCount({ kind, what: '', migration: '', rows, ...(isEstimate && { isEstimate }) });
}

function dataTable(data: readonly Loss[], all: readonly Loss[]): string {
  const rows = data
    .slice(0, SHOWN)
    .map((loss) => [whatOf(loss, all), countOf(loss), sizeOf(loss), loss.migration] as const);
  const head = ['what is lost', 'how much', 'size', 'undoing'] as const;
  const [what, much, size, undoing] = [0, 1, 2, 3].map((at) =>
    Math.max(...[head, ...rows].map((row) => row[at]?.length ?? 0)),
  ) as [number, number, number, number];
  // Counts and sizes stay whole; names are cut where there is no room.
  const room = WIDTH - BORDERS - much - size;
  const second = Math.min(undoing, Math.max(room - what, Math.floor(room * 0.35)));
  const table = new Table({
    head: [...head],
    style: { head: [], border: [], compact: true },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
  for (const [name, count, bytes, migration] of rows) {
    table.push([wrapText(name, room - second), count, bytes, wrapText(migration, second)]);
  }
  const reasons = data.flatMap(({ what: name, uncounted }) =>
    uncounted === undefined ? [] : [listItem(`not counted, ${name}: ${uncounted}`)],
  );
  return [table.toString(), ...more(data.length), ...shown(reasons)].join('\n');
}

function countOf(loss: Loss): string {
  return loss.rows === undefined ? 'not counted' : renderCount(loss);
}

function dataLine(loss: Loss, all: readonly Loss[]): string {
  const size = sizeOf(loss);
  return `${whatOf(loss, all)}: ${renderCount(loss)}${size && `, ${size}`}`;
}

function whatOf({ what, via, table }: Loss, all: readonly Loss[]): string {
  const partitions = all.filter(
    ({ kind, within }) => kind === 'table' && table !== undefined && within === table.oid,
  ).length;
  const inside = partitions > 0 ? ` with ${plural(partitions, 'partition')}` : '';
  return `${what}${inside}${via === undefined ? '' : ` (by ${via})`}`;
}

/** Only whole tables have a size of which it is known that it is lost. */
function sizeOf({ kind, table }: Loss): string {
  return kind === 'table' && table ? renderBytes(table.bytes) : '';
}

function listItem(text: string): string {
  return `- ${wrapText(text, WIDTH - 2).replaceAll('\n', '\n  ')}`;
}

function shown(lines: readonly string[]): string[] {
  return [...lines.slice(0, SHOWN), ...more(lines.length)];
}

function more(count: number): string[] {
  return count > SHOWN ? [`and ${count - SHOWN} more, which the event lists`] : [];
}
