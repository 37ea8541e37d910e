import type { Session } from '../database/session';
import {
  INDEX_COLUMNS,
  KEPT_FORMAT,
  KEPT_INDEX,
  type KeptCopy,
  keptName,
  keptSchemaPattern,
} from './kept-schema';

/** The rollback that a schema of copies comes from. */
export interface KeptRollback {
  /** The migration that stayed; null where none did. */
  readonly target: string | null;
  /** Tags of those that were undone. */
  readonly undone: readonly string[];
  /** The history table that they were in. */
  readonly history: string;
  readonly runId: string | null;
}

/** A copy as it is there now. */
export interface KeptCopyNow extends KeptCopy {
  /** Undefined where somebody has dropped it. */
  readonly bytes: number | undefined;
}

/** A schema of copies. */
export interface KeptSchema extends KeptRollback {
  readonly name: string;
  /** In UTC. */
  readonly keptAt: string;
  readonly restoredAt: string | null;
  readonly copies: readonly KeptCopyNow[];
}

/** What is there, as far as this role may read it. */
export interface KeptSchemas {
  readonly schemas: readonly KeptSchema[];
  /** Names of those that belong to others. */
  readonly unreadable: readonly string[];
}

/** Writes down what a copy is. */
export async function noteCopy(
  session: Session,
  schema: string,
  copy: KeptCopy,
  { target, undone, history, runId }: KeptRollback,
): Promise<void> {
  const values: Partial<Record<keyof typeof INDEX_COLUMNS, string | null>> = {
    copy: copy.copy,
    source_schema: copy.schema,
    source_table: copy.table,
    is_whole: String(copy.isWhole),
    columns: JSON.stringify(copy.columns),
    lost_columns: JSON.stringify(copy.lost),
    key_columns: copy.key && JSON.stringify(copy.key),
    sequences: JSON.stringify(copy.sequences),
    migrations: JSON.stringify(copy.migrations),
    row_count: String(copy.rows),
    target,
    undone: JSON.stringify(undone),
    history,
    run_id: runId,
    format: String(KEPT_FORMAT),
  };
  const names = Object.keys(values) as (keyof typeof INDEX_COLUMNS)[];
  const places = names.map((name, place) => `$${place + 1}::text::${INDEX_COLUMNS[name].split(' ')[0]}`);
  await session.query(
    `insert into ${keptName(schema, KEPT_INDEX)} (${names.join(', ')}) values (${places.join(', ')})`,
    names.map((name) => values[name] ?? null),
  );
}

/** Schemas with an index of ours; the oldest first. */
export async function readKept(session: Session): Promise<KeptSchemas> {
  const found = await session.query<{ name: string; readable: boolean }>(
    `select n.nspname as name,
            pg_catalog.has_schema_privilege(n.oid, 'USAGE') and pg_catalog.has_table_privilege(c.oid, 'SELECT') as readable
       from pg_catalog.pg_namespace n
       join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = $2 and c.relkind = 'r'
      where n.nspname ~ $1 and (
        select count(*) from pg_catalog.pg_attribute a where a.attrelid = c.oid
           and a.attname in (select jsonb_array_elements_text($3::text::jsonb))) = $4::text::int
      order by 1`,
    [
      ...[keptSchemaPattern, KEPT_INDEX, JSON.stringify(Object.keys(INDEX_COLUMNS))],
      String(Object.keys(INDEX_COLUMNS).length),
    ],
  );
  const schemas: KeptSchema[] = [];
  for (const { name, readable } of found) if (readable) schemas.push(await readSchema(session, name));
  return { schemas, unreadable: found.filter(({ readable }) => !readable).map(({ name }) => name) };
}

const UTC = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;

/** JSON is asked for as text, because the driver would read numbers in it. */
async function readSchema(session: Session, name: string): Promise<KeptSchema> {
  const rows = await session.query<{
    line: string;
    bytes: number | null;
    kept: string;
    restored: string | null;
  }>(
    `select to_jsonb(k)::text as line, ${UTC('kept_at')} as kept, ${UTC('restored_at')} as restored,
            pg_catalog.pg_table_size(pg_catalog.to_regclass(pg_catalog.format('%I.%I', $1::text, copy)))::float8 as bytes
       from ${keptName(name, KEPT_INDEX)} k order by source_schema, source_table, copy`,
    [name],
  );
  const lines = rows.map(({ line }) => JSON.parse(line) as IndexLine);
  const [first] = lines;
  return {
    name,
    target: first?.target ?? null,
    undone: first?.undone ?? [],
    history: first?.history ?? '',
    runId: first?.run_id ?? null,
    keptAt: rows[0]?.kept ?? '',
    restoredAt: rows[0]?.restored ?? null,
    copies: lines.map((line, place) => ({ ...copyOf(line), bytes: rows[place]?.bytes ?? undefined })),
  };
}

interface IndexLine {
  readonly copy: string;
  readonly source_schema: string;
  readonly source_table: string;
  readonly is_whole: boolean;
  readonly columns: KeptCopy['columns'];
  readonly lost_columns: KeptCopy['lost'];
  readonly key_columns: KeptCopy['key'];
  readonly sequences: KeptCopy['sequences'];
  readonly migrations: KeptCopy['migrations'];
  readonly row_count: number;
  readonly target: string | null;
  readonly undone: readonly string[];
  readonly history: string;
  readonly run_id: string | null;
}

function copyOf(line: IndexLine): KeptCopy {
  return {
    copy: line.copy,
    schema: line.source_schema,
    table: line.source_table,
    isWhole: line.is_whole,
    columns: line.columns,
    lost: line.lost_columns,
    key: line.key_columns,
    sequences: line.sequences,
    migrations: line.migrations,
    rows: line.row_count,
  };
}
