import type postgres from 'postgres';
import { quoteIdentifier, quoteName } from '../../../../runner/src/sql/quote';
import { readApplicationTables } from './application-tables';
import type { TableName } from './schemas';

export interface SnapshotColumn {
  readonly name: string;
  /** As `format_type` writes it, schema and all. */
  readonly type: string;
  /** A column that was dropped and made again has another number. */
  readonly number: number;
}

/** What one table held: rows of values as text, in the order of the columns. */
export interface TableRows extends TableName {
  /** A table that was dropped and made again has another one. */
  readonly oid: number;
  readonly columns: readonly SnapshotColumn[];
  /** Columns of the primary key; empty where there is none. */
  readonly key: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}

export interface RowsSnapshot {
  readonly tables: readonly TableRows[];
  /** Tables that this role may not read, with the server's reason. */
  readonly unreadable: readonly { readonly table: TableName; readonly reason: string }[];
}

export interface SnapshotOptions {
  /** Tables to leave out, beside those that are never the application's. */
  readonly exclude?: readonly TableName[] | undefined;
}

/** With these, the same stored value is always the same text. */
const SETTINGS = {
  datestyle: 'ISO, YMD',
  intervalstyle: 'postgres',
  timezone: 'UTC',
  extra_float_digits: '1',
  bytea_output: 'hex',
  lc_monetary: 'C',
  xmloption: 'content',
  search_path: 'pg_catalog',
  // A policy must not hide rows in silence: without the right to see them all, the table is unreadable.
  row_security: 'off',
};

/** Reads what rows every table of the application holds, in one snapshot of the database. */
export async function snapshotRows(
  sql: postgres.Sql,
  { exclude = [] }: SnapshotOptions = {},
): Promise<RowsSnapshot> {
  return (await sql.begin('isolation level repeatable read read only', async (tx) => {
    for (const [name, value] of Object.entries(SETTINGS)) {
      await tx.unsafe(`select pg_catalog.set_config('${name}', '${value}', true)`);
    }
    const tables: TableRows[] = [];
    const unreadable: RowsSnapshot['unreadable'][number][] = [];
    for (const table of await readApplicationTables<Shape>(tx, SHAPE, exclude)) {
      try {
        tables.push({ ...table, rows: await tx.savepoint((inner) => readRows(inner, table)) });
      } catch (error) {
        if (!(error instanceof Error) || !('severity' in error)) throw error;
        unreadable.push({ table: { schema: table.schema, name: table.name }, reason: error.message });
      }
    }
    return { tables, unreadable };
  })) as RowsSnapshot;
}

type Shape = Omit<TableRows, 'rows'> & { readonly partitioned: boolean };

const SHAPE = `
  (select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object('name', a.attname,
       'type', pg_catalog.format_type(a.atttypid, a.atttypmod), 'number', a.attnum) order by a.attnum), '[]')
     from pg_catalog.pg_attribute a
     where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
  (select coalesce(pg_catalog.json_agg(a.attname order by a.attnum), '[]')
     from pg_catalog.pg_index i
     join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = any(i.indkey[0:i.indnkeyatts - 1])
     where i.indrelid = c.oid and i.indisprimary) as key`;

async function readRows(tx: postgres.TransactionSql, table: Shape): Promise<TableRows['rows']> {
  const values = table.columns.map(({ name }) => `${quoteIdentifier(name)}::text`);
  const only = table.partitioned ? '' : 'only ';
  const rows = await tx.unsafe(
    `select pg_catalog.to_json(array[${values.join(', ')}]::text[])::text as values from ${only}${quoteName(table)}`,
  );
  return rows.map((row) => JSON.parse(row.values));
}
