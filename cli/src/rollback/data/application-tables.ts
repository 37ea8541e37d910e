import type postgres from 'postgres';
import { IS_APPLICATION_TABLE, type TableName } from './schemas';

/**
 * Reads every table of the application, by schema and name.
 *
 * @param facts what is read of each beside its oid, name and kind: a select list over pg_class `c`.
 */
export async function readApplicationTables<T extends TableName>(
  tx: postgres.TransactionSql,
  facts: string,
  exclude: readonly TableName[],
): Promise<T[]> {
  const [found] = await tx.unsafe(`
    select coalesce(pg_catalog.json_agg(t), '[]')::text as tables from (
      select c.oid::int8 as oid, n.nspname as schema, c.relname as name, c.relkind = 'p' as partitioned, ${facts}
      from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where ${IS_APPLICATION_TABLE}
      order by n.nspname, c.relname
    ) t`);
  const tables = JSON.parse(found?.tables) as T[];
  return tables.filter(
    ({ schema, name }) => !exclude.some((other) => other.schema === schema && other.name === name),
  );
}
