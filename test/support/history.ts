import {
  equalHashes,
  type HistoryRow,
  type Migration,
  nameAfterUp,
  sha256,
  withLf,
} from '../../core/journal';

/** A migration as the reader gives it, without a folder. */
export function migration({
  tag,
  position,
  when,
  sql,
  layout = '0.x',
}: Pick<Migration, 'tag' | 'position' | 'when' | 'sql'> & Partial<Pick<Migration, 'layout'>>): Migration {
  const file = layout === '0.x' ? `${tag}.sql` : `${tag}/migration.sql`;
  const name = layout === '0.x' ? nameAfterUp(tag, when) : tag;
  return {
    tag,
    layout,
    name,
    position,
    when,
    sql,
    hash: sha256(sql),
    equalHashes: equalHashes(sql),
    lfHash: sha256(withLf(sql)),
    file,
    path: file,
  };
}

/** A row as the history of the old format has it. */
export function historyRow(row: Pick<HistoryRow, 'id' | 'hash'> & Partial<HistoryRow>): HistoryRow {
  return { createdAt: null, name: null, appliedAt: null, ...row };
}
