import type postgres from 'postgres';
import { readApplicationTables } from './application-tables';
import type { TableName } from './schemas';

export interface FillColumn {
  readonly name: string;
  /** As `format_type` writes it, good for a cast. */
  readonly type: string;
  readonly typeOid: number;
  readonly typmod: number;
  readonly notNull: boolean;
  /** `a`: the value needs OVERRIDING SYSTEM VALUE. */
  readonly identity: '' | 'a' | 'd';
  readonly generated: boolean;
  /** Expression of the default, or of what a generated column is computed from. */
  readonly expression: string | null;
}

export interface ForeignKey {
  readonly name: string;
  readonly columns: readonly string[];
  readonly target: number;
  readonly targetColumns: readonly string[];
  readonly full: boolean;
  readonly deferrable: boolean;
}

/** What no two rows may share: a primary key, a unique constraint or index, or an exclusion constraint. */
export interface Exclusion {
  readonly name: string;
  readonly keys: readonly string[];
  readonly operators: readonly string[];
  readonly predicate: string | null;
}

export interface FillTable extends TableName {
  readonly oid: number;
  readonly partitioned: boolean;
  readonly columns: readonly FillColumn[];
  readonly checks: readonly { readonly name: string; readonly sql: string }[];
  /** What a row must be to lie in each of the partitions that hold rows. */
  readonly partitions: readonly string[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly exclusions: readonly Exclusion[];
  /** Definitions of the functions that run when a row is inserted. */
  readonly triggers: readonly string[];
}

/** Every table of the application, with what a row of it must satisfy. */
export async function readTables(
  tx: postgres.TransactionSql,
  exclude: readonly TableName[],
): Promise<FillTable[]> {
  const facts = `${array(COLUMNS)} as columns, ${array(CHECKS)} as checks, ${array(PARTITIONS)} as partitions,
    ${array(FOREIGN_KEYS)} as "foreignKeys", ${array(EXCLUSIONS)} as exclusions, ${array(TRIGGERS)} as triggers`;
  return readApplicationTables<FillTable>(tx, facts, exclude);
}

const array = (query: string) =>
  `(select coalesce(pg_catalog.json_agg(x.v order by x.o), '[]') from (${query}) x)`;

const COLUMNS = `
  select a.attnum as o, pg_catalog.json_build_object('name', a.attname,
    'type', pg_catalog.format_type(a.atttypid, a.atttypmod), 'typeOid', a.atttypid::int8, 'typmod', a.atttypmod,
    'notNull', a.attnotnull, 'identity', a.attidentity, 'generated', a.attgenerated <> '',
    'expression', (select pg_catalog.pg_get_expr(d.adbin, d.adrelid) from pg_catalog.pg_attrdef d
      where d.adrelid = a.attrelid and d.adnum = a.attnum)) as v
  from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped`;

// NOT ENFORCED came with PostgreSQL 18, and the column that says so.
const IS_ENFORCED = `coalesce(pg_catalog.to_jsonb(k) ->> 'conenforced', 'true') = 'true'`;

const CHECKS = `
  select k.conname as o, pg_catalog.json_build_object('name', k.conname,
    'sql', pg_catalog.pg_get_expr(k.conbin, k.conrelid)) as v
  from pg_catalog.pg_constraint k where k.conrelid = c.oid and k.contype = 'c' and ${IS_ENFORCED}`;

const PARTITIONS = `
  select p.relname as o, pg_catalog.to_json(pg_catalog.pg_get_partition_constraintdef(p.oid)) as v
  from pg_catalog.pg_partition_tree(c.oid) t join pg_catalog.pg_class p on p.oid = t.relid
  where c.relkind = 'p' and t.isleaf and p.relkind <> 'p'`;

const names = (relation: string, numbers: string) => `
  (select pg_catalog.json_agg(a.attname order by u.n)
   from pg_catalog.unnest(${numbers}) with ordinality u(attnum, n)
   join pg_catalog.pg_attribute a on a.attrelid = ${relation} and a.attnum = u.attnum)`;

const FOREIGN_KEYS = `
  select k.conname as o, pg_catalog.json_build_object('name', k.conname,
    'columns', ${names('k.conrelid', 'k.conkey')}, 'target', k.confrelid::int8,
    'targetColumns', ${names('k.confrelid', 'k.confkey')},
    'full', k.confmatchtype = 'f', 'deferrable', k.condeferrable) as v
  from pg_catalog.pg_constraint k
  where k.conrelid = c.oid and k.contype = 'f' and ${IS_ENFORCED}
    and not exists (select 1 from pg_catalog.pg_constraint parent
      where parent.oid = k.conparentid and parent.conrelid = k.conrelid)`;

const EXCLUSIONS = `
  select i.indexrelid as o, pg_catalog.json_build_object('name', ic.relname,
    'keys', (select pg_catalog.json_agg(pg_catalog.pg_get_indexdef(i.indexrelid, s.n, false) order by s.n)
      from pg_catalog.generate_series(1, i.indnkeyatts::int) s(n)),
    'operators', coalesce((select (
        select pg_catalog.json_agg(pg_catalog.format('operator(%I.%s)', s.nspname, o.oprname) order by e.n)
        from pg_catalog.unnest(k.conexclop) with ordinality e(op, n) join pg_catalog.pg_operator o on o.oid = e.op
        join pg_catalog.pg_namespace s on s.oid = o.oprnamespace)
      from pg_catalog.pg_constraint k where k.conindid = i.indexrelid and k.conexclop is not null limit 1), '[]'),
    'predicate', pg_catalog.pg_get_expr(i.indpred, i.indrelid)) as v
  from pg_catalog.pg_index i join pg_catalog.pg_class ic on ic.oid = i.indexrelid
  where i.indrelid = c.oid and (i.indisunique or i.indisexclusion)`;

const TRIGGERS = `
  select p.oid as o, pg_catalog.to_json(pg_catalog.pg_get_functiondef(p.oid)) as v
  from pg_catalog.pg_proc p join pg_catalog.pg_language l on l.oid = p.prolang and l.lanname = 'plpgsql'
  where p.oid in (select g.tgfoid from pg_catalog.pg_trigger g
    where g.tgrelid = c.oid and not g.tgisinternal and (g.tgtype & 4) <> 0)`;
