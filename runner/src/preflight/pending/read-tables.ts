import type { Session } from '../../database/session';
import type { WrittenType } from '../../sql/effects/table-change';
import type { Relation } from './resolve-relations';
import type { ColumnType, TypeFacts } from './type-change';

export interface ForeignKey {
  readonly name: string;
  readonly from: Relation;
  readonly to: Relation;
  /** Of the table that it is on, and of the one that it points to. */
  readonly columns: readonly string[];
  readonly referenced: readonly string[];
  /** The name of the key that it points to. */
  readonly key: string | undefined;
}

interface TypeRow {
  readonly oid: string;
  readonly type: string;
  readonly kind: string;
  readonly array: boolean;
}

const TYPE = `t.oid::text as oid, coalesce(e.typname, t.typname) as type, coalesce(e.typtype, t.typtype) as kind, e.oid is not null as array
   from pg_type t left join pg_type e on t.typcategory = 'A' and e.oid = t.typelem`;

/** The columns of some tables with their types. By oid of the table, then by name. */
export async function readColumns(
  session: Session,
  oids: readonly string[],
): Promise<Map<string, Map<string, ColumnType>>> {
  const rows = await session.query<TypeRow & { relation: string; name: string; text: string }>(
    `select a.attrelid::text as relation, a.attname as name, format_type(a.atttypid, a.atttypmod) as text, ${TYPE}
       join pg_attribute a on a.atttypid = t.oid
      where a.attnum > 0 and not a.attisdropped
        and a.attrelid::text in (select jsonb_array_elements_text($1::text::jsonb))`,
    [JSON.stringify(oids)],
  );
  const tables = new Map(oids.map((oid) => [oid, new Map<string, ColumnType>()]));
  for (const { relation, name, text, ...row } of rows) {
    const modifiers = /\(([\d,-]+)\)/.exec(text)?.[1]?.split(',').map(Number) ?? [];
    tables.get(relation)?.set(name, typeOf(row, modifiers));
  }
  return tables;
}

/** Finds the types that statements write, as far as they exist. */
export async function readTypes(
  session: Session,
  written: readonly WrittenType[],
): Promise<(type: WrittenType) => ColumnType | undefined> {
  const names = written.map(({ schema, name }) => ({ schema: schema ?? null, name }));
  const rows = await session.query<TypeRow & { key: string }>(
    `select distinct coalesce(w.schema, '') || chr(1) || w.name || chr(1) || s.suffix as key, ${TYPE}
       cross join (values (''), ('[]')) s (suffix)
       join pg_type b on case s.suffix when '' then b.oid = t.oid else b.typarray = t.oid end
       join pg_namespace n on n.oid = b.typnamespace
       join json_to_recordset($1::text::json) as w (schema text, name text) on w.name = b.typname
        and case when w.schema is null then pg_type_is_visible(b.oid) else n.nspname = w.schema end`,
    [JSON.stringify(names)],
  );
  const found = new Map(rows.map((row) => [row.key, row]));
  return ({ schema = '', name, isArray, modifiers }) => {
    const row = found.get([schema, name, isArray ? '[]' : ''].join('\u0001'));
    return row && modifiers && typeOf(row, modifiers);
  };
}

export async function readTypeFacts(session: Session): Promise<TypeFacts> {
  const rows = await session.query<{ pair: string; utc: boolean }>(
    `select castsource || '>' || casttarget as pair, current_setting('TimeZone') ~ '^(Etc/)?(UTC|UCT|GMT|Zulu|Universal|Greenwich)' as utc
       from pg_cast where castmethod = 'b'`,
  );
  const pairs = new Set(rows.map(({ pair }) => pair));
  return {
    sameBytes: (from, to) => pairs.has(`${from}>${to}`),
    isUtc: rows.some(({ utc }) => utc),
  };
}

/** All foreign keys of the database: what is dropped may lead from one table to the next. */
export async function readForeignKeys(session: Session): Promise<ForeignKey[]> {
  interface Side {
    readonly oid: string;
    readonly name: string;
    readonly rows: number;
  }
  const side = (table: string) =>
    `(select json_build_object('oid', c.oid::text, 'name', n.nspname || '.' || c.relname, 'rows', c.reltuples)
        from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = ${table})`;
  const columns = (table: string, keys: string) =>
    `(select json_agg(attname) from pg_attribute where attrelid = ${table} and attnum = any (${keys}))`;
  const rows = await session.query<{
    name: string;
    key: string | null;
    from: Side;
    to: Side;
    columns: string[];
    referenced: string[];
  }>(
    `select k.conname as name, i.relname as key, ${side('k.conrelid')} as from, ${side('k.confrelid')} as to,
            ${columns('k.conrelid', 'k.conkey')} as columns, ${columns('k.confrelid', 'k.confkey')} as referenced
       from pg_constraint k left join pg_class i on i.oid = k.conindid where k.contype = 'f'`,
  );
  const relation = ({ oid, name, rows: count }: Side): Relation => ({
    oid,
    name,
    rows: count < 0 ? undefined : count,
  });
  return rows.map(({ from, to, key, ...rest }) => ({
    ...rest,
    ...{ key: key ?? undefined, from: relation(from), to: relation(to) },
  }));
}

function typeOf({ oid, type, kind, array }: TypeRow, modifiers: readonly number[]): ColumnType {
  return { oid, name: type, kind, isArray: array, modifiers };
}
