import type { Migration } from '../../../core/journal';
import { plural } from '../../../runner/src/report/plural';
import { cutLines, fenced, folded } from './fence';
import { patchOf } from './patch';

export interface ChangedFile {
  readonly migration: Migration;
  /** Its text on the base; undefined for a new migration. */
  readonly before: string | undefined;
}

/** The SQL that a pull request brings: new files as they are, others as what changed. */
export function renderSql(files: readonly ChangedFile[], room: number): string {
  if (files.length === 0) return 'No migration is new or changed.';
  const each = Math.floor(room / files.length);
  return files
    .map(({ migration, before }) => {
      const isNew = before === undefined;
      const text = isNew ? migration.sql : patchOf(migration.file, before, migration.sql);
      const cut = cutLines(text, each);
      const more = cut.left > 0 ? `\n\n… and ${plural(cut.left, 'line')} more in the file` : '';
      const body = `${fenced(cut.text, isNew ? 'sql' : 'diff')}${more}`;
      return folded(`${migration.file}${isNew ? '' : ' (edited)'}`, body);
    })
    .join('\n');
}
