import type { Session } from '../database/session';
import type { ConcurrentIndex } from '../sql/classify-statement';
import { quoteIdentifier } from '../sql/quote';

/**
 * Looks at the index that an interrupted CREATE INDEX CONCURRENTLY named. A valid one was finished; an invalid one
 * on a plain table, which nobody is building, is dropped so that the statement can run again.
 */
export async function removeInvalidIndex(
  session: Session,
  { name, schema, table }: ConcurrentIndex,
): Promise<'valid' | 'absent'> {
  const qualified = `${schema ? `${quoteIdentifier(schema)}.` : ''}${quoteIdentifier(table)}`;
  const [index] = await session.query<{ oid: string; schema: string; valid: boolean; building: boolean }>(
    `select i.indexrelid::text as oid, n.nspname as schema, i.indisvalid as valid,
            exists (select from pg_stat_progress_create_index p where p.index_relid = i.indexrelid) as building
       from pg_index i
       join pg_class c on c.oid = i.indexrelid
       join pg_class t on t.oid = i.indrelid
       join pg_namespace n on n.oid = c.relnamespace
      where c.relname = $1 and i.indrelid = to_regclass($2) and t.relkind = 'r'`,
    [name, qualified],
  );
  if (!index) return 'absent';
  if (index.valid) return 'valid';
  if (!index.building) {
    await session.execute('set lock_timeout = 0');
    await session.execute(
      `drop index concurrently ${quoteIdentifier(index.schema)}.${quoteIdentifier(name)}`,
    );
  }
  return 'absent';
}
