import type { HistoryRun } from '../read-document';

/** The id of a run in the page; it stays the same in a page that is made later. */
export function anchorOf({ id }: Pick<HistoryRun, 'id'>): string {
  return `run-${id.replace(/[^\w-]/g, '_')}`;
}
