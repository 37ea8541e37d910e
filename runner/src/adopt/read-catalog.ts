import type { Session } from '../database/session';

/** One key for a name of several parts, whatever characters it has. */
export function keyOf(...parts: readonly (string | undefined)[]): string {
  return JSON.stringify(parts);
}

export interface CatalogColumn {
  readonly type: string;
  /** As people write it, with length and precision. */
  readonly typeText: string;
  readonly notNull: boolean;
  readonly hasDefault: boolean;
}

export interface CatalogConstraint {
  readonly name: string;
  readonly letter: string;
  readonly columns: readonly string[];
  readonly validated: boolean;
}

/** What some schemas of the database hold, by {@link keyOf} schema, table and name. */
export interface Catalog {
  readonly schemas: ReadonlySet<string>;
  readonly extensions: ReadonlySet<string>;
  readonly relations: ReadonlyMap<string, { readonly kind: string; readonly rowSecurity: boolean }>;
  readonly columns: ReadonlyMap<string, CatalogColumn>;
  /** By table. */
  readonly constraints: ReadonlyMap<string, readonly CatalogConstraint[]>;
  /** False for an index that a broken build left behind. */
  readonly validIndexes: ReadonlyMap<string, boolean>;
  /** Those that a statement made by itself, no row type of a table: the values of enums, empty for other types. */
  readonly types: ReadonlyMap<string, readonly string[]>;
  /** By name: the argument types of each function, as a list of oids. */
  readonly functions: ReadonlyMap<string, readonly string[]>;
  readonly triggers: ReadonlySet<string>;
  readonly policies: ReadonlySet<string>;
  /** Oid of each type that was asked for, as far as it exists. */
  readonly typeOids: ReadonlyMap<string, string>;
}

/** The names as one parameter; text, because the driver would encode JSON once more. */
const IN = 'in (select jsonb_array_elements_text($1::text::jsonb))';
const RELATION = 'pg_class c join pg_namespace n on n.oid = c.relnamespace';

export async function readCatalog(
  session: Session,
  schemas: readonly string[],
  types: readonly string[],
): Promise<Catalog> {
  const list = [JSON.stringify(schemas)];
  const rows = <T>(query: string) => session.query<T>(query, list);
  const relations = await rows<{ s: string; t: string; kind: string; rls: boolean }>(
    `select n.nspname as s, c.relname as t, c.relkind as kind, c.relrowsecurity as rls from ${RELATION} where n.nspname ${IN}`,
  );
  const columns = await rows<{
    s: string;
    t: string;
    name: string;
    type: string;
    text: string;
    required: boolean;
    preset: boolean;
  }>(
    `select n.nspname as s, c.relname as t, a.attname as name, a.atttypid::text as type,
            format_type(a.atttypid, a.atttypmod) as text, a.attnotnull as required, a.atthasdef as preset
       from pg_attribute a join ${RELATION.replace('pg_class c', 'pg_class c on c.oid = a.attrelid')}
      where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'f') and n.nspname ${IN}`,
  );
  const constraints = await rows<{
    s: string;
    t: string;
    name: string;
    letter: string;
    columns: string;
    valid: boolean;
  }>(
    `select n.nspname as s, c.relname as t, k.conname as name, k.contype as letter, k.convalidated as valid,
            coalesce((select json_agg(a.attname order by p.place) from unnest(k.conkey) with ordinality p(num, place)
              join pg_attribute a on a.attrelid = k.conrelid and a.attnum = p.num), '[]')::text as columns
       from pg_constraint k join ${RELATION.replace('pg_class c', 'pg_class c on c.oid = k.conrelid')} where n.nspname ${IN}`,
  );
  const indexes = await rows<{ s: string; name: string; valid: boolean }>(
    `select n.nspname as s, c.relname as name, i.indisvalid or t.relkind = 'p' as valid
       from pg_index i join ${RELATION.replace('pg_class c', 'pg_class c on c.oid = i.indexrelid')}
       join pg_class t on t.oid = i.indrelid where n.nspname ${IN}`,
  );
  const ownTypes = await rows<{ s: string; name: string; labels: string }>(
    `select n.nspname as s, t.typname as name,
            coalesce((select json_agg(enumlabel order by enumsortorder) from pg_enum where enumtypid = t.oid), '[]')::text as labels
       from pg_type t join pg_namespace n on n.oid = t.typnamespace left join pg_class c on c.oid = t.typrelid
      where n.nspname ${IN} and coalesce(c.relkind = 'c', true)`,
  );
  const functions = await rows<{ s: string; name: string; types: string }>(
    `select n.nspname as s, p.proname as name, array_to_string(p.proargtypes::oid[], ',') as types
       from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname ${IN}`,
  );
  const onTables = await rows<{ kind: string; s: string; t: string; name: string }>(
    `select 'trigger' as kind, n.nspname as s, c.relname as t, x.tgname as name
       from pg_trigger x join ${RELATION.replace('pg_class c', 'pg_class c on c.oid = x.tgrelid')} where n.nspname ${IN}
      union all
     select 'policy', n.nspname, c.relname, x.polname
       from pg_policy x join ${RELATION.replace('pg_class c', 'pg_class c on c.oid = x.polrelid')} where n.nspname ${IN}`,
  );
  const named = await session.query<{ kind: string; name: string }>(
    "select 'schema' as kind, nspname as name from pg_namespace union all select 'extension', extname from pg_extension",
  );
  const oids = await session.query<{ name: string; oid: string | null }>(
    'select name, to_regtype(name)::oid::text as oid from jsonb_array_elements_text($1::text::jsonb) name',
    [JSON.stringify(types)],
  );
  const setOf = (kind: string) => new Set(named.filter((row) => row.kind === kind).map(({ name }) => name));
  const onTable = (kind: string) =>
    new Set(onTables.filter((row) => row.kind === kind).map(({ s, t, name }) => keyOf(s, t, name)));
  return {
    schemas: setOf('schema'),
    extensions: setOf('extension'),
    relations: new Map(relations.map(({ s, t, kind, rls }) => [keyOf(s, t), { kind, rowSecurity: rls }])),
    columns: new Map(
      columns.map(({ s, t, name, type, text, required, preset }) => [
        keyOf(s, t, name),
        { type, typeText: text, notNull: required, hasDefault: preset },
      ]),
    ),
    constraints: grouped(
      constraints,
      ({ s, t }) => keyOf(s, t),
      ({ name, letter, columns: names, valid }) => ({
        name,
        letter,
        columns: JSON.parse(names),
        validated: valid,
      }),
    ),
    validIndexes: new Map(indexes.map(({ s, name, valid }) => [keyOf(s, name), valid])),
    types: new Map(ownTypes.map(({ s, name, labels }) => [keyOf(s, name), JSON.parse(labels)])),
    functions: grouped(
      functions,
      ({ s, name }) => keyOf(s, name),
      ({ types: args }) => args,
    ),
    triggers: onTable('trigger'),
    policies: onTable('policy'),
    typeOids: new Map(oids.flatMap(({ name, oid }) => (oid === null ? [] : [[name, oid]]))),
  };
}

function grouped<Row, Value>(
  rows: readonly Row[],
  key: (row: Row) => string,
  value: (row: Row) => Value,
): Map<string, Value[]> {
  const groups = new Map<string, Value[]>();
  for (const row of rows) {
    const group = groups.get(key(row)) ?? [];
    group.push(value(row));
    groups.set(key(row), group);
  }
  return groups;
}
