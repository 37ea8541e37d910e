import Table from 'cli-table3';
import { renderBytes } from '../report/bytes';
import { plural } from '../report/plural';
import type { KeptCopyNow, KeptSchema, KeptSchemas } from './kept-index';

/** What is kept, for a terminal: a line for each rollback, and its tables below it. */
export function renderKept({ schemas, unreadable }: KeptSchemas): string {
  const hidden = unreadable.map((name) => `${name}: this role may not read it`);
  if (schemas.length + hidden.length === 0) return 'nothing is kept in this database';
  return [...schemas.map(renderSchema), ...hidden].join('\n\n');
}

function renderSchema({ name, keptAt, restoredAt, target, undone, copies }: KeptSchema): string {
  const stays = target === null ? 'no migration stayed' : `${target} stayed`;
  const back = restoredAt === null ? '' : `; put back ${restoredAt}`;
  const table = new Table({
    head: ['table', 'kept', 'rows', 'size'],
    colAligns: ['left', 'left', 'right', 'right'],
    style: { head: [], border: [], compact: true },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
  for (const copy of copies) {
    table.push([`${copy.schema}.${copy.table}`, whatOf(copy), String(copy.rows), sizeOf(copy)]);
  }
  return [
    name,
    `kept ${keptAt} by the rollback of ${plural(undone.length, 'migration')} (${undone.join(', ')}); ${stays}${back}`,
    table.toString(),
  ].join('\n');
}

function whatOf({ isWhole, lost }: KeptCopyNow): string {
  if (isWhole) return 'rows';
  return `${lost.length === 1 ? 'column' : 'columns'} ${lost.map(({ name }) => name).join(', ')}`;
}

function sizeOf({ bytes }: KeptCopyNow): string {
  return bytes === undefined ? 'dropped' : renderBytes(bytes);
}

/** The same for a program. */
export function keptDocument({ schemas, unreadable }: KeptSchemas): object {
  return {
    kept: schemas.map(({ name, copies, ...rollback }) => ({
      schema: name,
      ...rollback,
      tables: copies.map(({ copy, schema, table, isWhole, lost, rows, bytes = null }) => ({
        ...{ copy, schema, table, columns: isWhole ? [] : lost.map((column) => column.name), rows, bytes },
      })),
    })),
    unreadable,
  };
}
