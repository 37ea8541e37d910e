import Table from 'cli-table3';
import type postgres from 'postgres';
import { keptSchemaPattern } from '../../../runner/src/kept/kept-schema';

/** What the database has, by kind; names are qualified unless they are in `public`. */
export type SchemaSummary = Readonly<Record<string, readonly string[]>>;

const QUERY = `
  select kind, name from (
    select case c.relkind when 'r' then 'tables' when 'p' then 'tables' when 'v' then 'views' when 'm' then 'views'
                          when 'i' then 'indexes' when 'I' then 'indexes' when 'S' then 'sequences' end as kind,
           c.relnamespace as space, c.relname::text as name
      from pg_class c where c.relkind in ('r', 'p', 'v', 'm', 'i', 'I', 'S')
    union all
    select 'functions', p.pronamespace, p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')'
      from pg_proc p where not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
    union all
    select 'triggers', c.relnamespace, c.relname || '.' || t.tgname
      from pg_trigger t join pg_class c on c.oid = t.tgrelid where not t.tgisinternal
    union all
    select 'enum values', t.typnamespace, t.typname || '.' || e.enumlabel
      from pg_enum e join pg_type t on t.oid = e.enumtypid
    union all
    select 'columns', c.relnamespace, c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
           || case when a.attnotnull then ' not null' else '' end
      from pg_attribute a join pg_class c on c.oid = a.attrelid
     where c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
    union all
    select 'constraints', c.connamespace, c.conrelid::regclass || '.' || c.conname || ' ' || pg_get_constraintdef(c.oid)
      from pg_constraint c where c.conrelid <> 0
  ) as o join pg_namespace n on n.oid = o.space
  where n.nspname not like 'pg\\_%' and n.nspname not in ('information_schema', 'drizzle')
    and n.nspname !~ '${keptSchemaPattern}'
  order by 1, 2`;

const KINDS = [
  'tables',
  'columns',
  'constraints',
  'indexes',
  'views',
  'functions',
  'triggers',
  'enum values',
  'sequences',
];

/** Reads the objects of the application's schemas; Drizzle's own schema is left out. */
export async function readSchema(sql: postgres.Sql): Promise<SchemaSummary> {
  const rows = await sql.unsafe<{ kind: string; name: string }[]>(QUERY);
  return Object.fromEntries(
    KINDS.map((kind) => [kind, rows.filter((row) => row.kind === kind).map(({ name }) => name)]),
  );
}

/** Counts by kind before and after, and the tables by name. */
export function renderSchemaChange(before: SchemaSummary, after: SchemaSummary): string {
  const table = new Table({
    head: ['', 'before', 'after'],
    colAligns: ['left', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  });
  for (const kind of KINDS) {
    table.push([kind, String(before[kind]?.length ?? 0), String(after[kind]?.length ?? 0)]);
  }
  return `${table.toString()}\ntables: ${after.tables?.join(', ') || 'none'}`;
}

/** What one summary has and the other has not, one line each. */
export function schemaDifferences(expected: SchemaSummary, actual: SchemaSummary): string[] {
  return KINDS.flatMap((kind) => {
    const [before, after] = [new Set(expected[kind]), new Set(actual[kind])];
    return [
      ...[...before].filter((name) => !after.has(name)).map((name) => `missing in ${kind}: ${name}`),
      ...[...after].filter((name) => !before.has(name)).map((name) => `unexpected in ${kind}: ${name}`),
    ];
  });
}
