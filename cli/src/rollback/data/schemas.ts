/** Schemas that hold no rows of the application: PostgreSQL's own, and what rollbacks kept. */
const NOT_THE_APPLICATIONS = String.raw`^(pg_.*|information_schema|drizzle_gate_kept_.*)$`;

/**
 * A condition on pg_class `c` and pg_namespace `n`: a table of the application with rows of its own; no partition, and no
 * history, which can stand in any schema.
 */
export const IS_APPLICATION_TABLE = `
  c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence <> 't'
  and n.nspname !~ '${NOT_THE_APPLICATIONS}' and c.relname !~ '^__drizzle_(migrations$|gate_)'
  and not exists (
    select 1 from pg_catalog.pg_depend d
    where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
  )`;

export interface TableName {
  readonly schema: string;
  readonly name: string;
}

/** How messages name a table: without the schema that everybody expects. */
export function renderTable({ schema, name }: TableName): string {
  return schema === 'public' ? name : `${schema}.${name}`;
}
