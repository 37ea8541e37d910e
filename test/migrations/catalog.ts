import type postgres from 'postgres';

const OWN = `n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`;

/** The engine's own tables beside Drizzle's history, which are no part of anybody's schema. */
const STATE = /\b_*drizzle_gate_/;

/** Each query gives one line per object, which says all that a rollback could have got wrong about it. */
const QUERIES = {
  schemas: `select format('%s %s', n.nspname, n.nspacl) from pg_namespace n where ${OWN}`,
  relations: `
    select format('%s.%s %s %s rls=%s acl=%s %s', n.nspname, c.relname, c.relkind, c.relpersistence, c.relrowsecurity,
      c.relacl, c.reloptions)
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where ${OWN}`,
  // The rank instead of attnum: a column that was added and dropped leaves a gap that nothing can see.
  columns: `
    select format('%s.%s %s %s %s not null=%s default=%s identity=%s generated=%s collation=%s acl=%s', n.nspname, c.relname,
      rank() over (partition by c.oid order by a.attnum), a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
      pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated, a.attcollation::regcollation, a.attacl)
    from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where ${OWN} and a.attnum > 0 and not a.attisdropped`,
  constraints: `
    select format('%s.%s %s %s validated=%s', n.nspname, c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid),
      c.convalidated)
    from pg_constraint c join pg_namespace n on n.oid = c.connamespace where ${OWN}`,
  indexes: `
    select format('%s valid=%s ready=%s primary=%s', pg_get_indexdef(i.indexrelid), i.indisvalid, i.indisready,
      i.indisprimary)
    from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace where ${OWN}`,
  types: `
    select format('%s.%s %s acl=%s %s', n.nspname, t.typname, t.typtype, t.typacl,
      (select string_agg(e.enumlabel, ',' order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid))
    from pg_type t join pg_namespace n on n.oid = t.typnamespace where ${OWN}`,
  functions: `
    select format('%s acl=%s', pg_get_functiondef(p.oid), p.proacl)
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace where ${OWN}`,
  triggers: `
    select format('%s enabled=%s', pg_get_triggerdef(t.oid), t.tgenabled)
    from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
    where ${OWN} and not t.tgisinternal`,
  views: `
    select format('%s.%s %s', n.nspname, c.relname, pg_get_viewdef(c.oid))
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where ${OWN} and c.relkind in ('v', 'm')`,
  sequences: `
    select format('%s.%s %s %s %s %s %s %s', schemaname, sequencename, data_type, start_value, min_value, max_value,
      increment_by, cycle)
    from pg_sequences`,
  comments: `
    select format('%s %s', pg_describe_object(d.classoid, d.objoid, d.objsubid), d.description)
    from pg_description d join pg_class c on d.classoid = 'pg_class'::regclass and c.oid = d.objoid
    join pg_namespace n on n.oid = c.relnamespace where ${OWN}`,
};

export type Catalog = Record<keyof typeof QUERIES, string[]>;

/** The whole catalog of the database, without names of objects that PostgreSQL makes up anew each time. */
export async function readCatalog(sql: postgres.Sql): Promise<Catalog> {
  const lists = await Promise.all(
    Object.entries(QUERIES).map(async ([kind, query]) => {
      const rows = await sql.unsafe(`select line from (${query}) q(line) order by line collate "C"`);
      return [kind, rows.map((row) => String(row.line)).filter((line) => !STATE.test(line))];
    }),
  );
  return Object.fromEntries(lists) as Catalog;
}

/** Every row of every table in `public`, as text. */
export async function readRows(sql: postgres.Sql): Promise<Record<string, string[]>> {
  const tables = await sql`select tablename from pg_tables where schemaname = 'public' order by tablename`;
  const lists = await Promise.all(
    tables.map(async ({ tablename }) => {
      const rows = await sql`select to_jsonb(t)::text as line from ${sql(tablename)} t order by 1`;
      return [tablename, rows.map((row) => String(row.line))];
    }),
  );
  return Object.fromEntries(lists);
}
