import type postgres from 'postgres';
import { type Hints, type HintsByColumn, mineExpression, noHints } from './mine-constraints';

/** A type, as far as values of it must be made. */
export interface ValueType {
  readonly oid: number;
  /** Name in pg_type. */
  readonly name: string;
  readonly kind: 'base' | 'array' | 'enum' | 'domain' | 'composite' | 'range' | 'multirange' | 'pseudo';
  readonly labels: readonly string[];
  /** Of an array its elements, of a domain its base, of a range its bounds, of a multirange its ranges. */
  readonly inner: number;
  readonly innerTypmod: number;
  readonly notNull: boolean;
  readonly fields: readonly { readonly oid: number; readonly typmod: number }[];
  readonly checks: readonly string[];
}

/** The types that some columns have, with all that they are made of. */
export type TypeBook = ReadonlyMap<number, ValueType & { readonly hints: Hints }>;

export async function readTypes(tx: postgres.TransactionSql, oids: readonly number[]): Promise<TypeBook> {
  const book = new Map<number, ValueType & { hints: Hints }>();
  let wanted = [...new Set(oids)];
  while (wanted.length > 0) {
    const found = await readSome(tx, wanted);
    for (const type of found) book.set(type.oid, { ...type, hints: await hintsOf(type) });
    const parts = found.flatMap(({ inner, fields }) => [inner, ...fields.map(({ oid }) => oid)]);
    wanted = [...new Set(parts)].filter((oid) => oid !== 0 && !book.has(oid));
  }
  return book;
}

async function hintsOf({ checks }: ValueType): Promise<Hints> {
  const hints: HintsByColumn = new Map();
  for (const check of checks) await mineExpression(check.replace(/^CHECK /, ''), hints);
  return hints.get('value') ?? noHints();
}

async function readSome(tx: postgres.TransactionSql, oids: readonly number[]): Promise<ValueType[]> {
  const [found] = await tx.unsafe(`
    select coalesce(pg_catalog.json_agg(x), '[]')::text as types from (
      select t.oid::int8 as oid, t.typname as name, t.typnotnull as "notNull",
        case t.typtype when 'e' then 'enum' when 'd' then 'domain' when 'c' then 'composite' when 'r' then 'range'
          when 'm' then 'multirange' when 'p' then 'pseudo'
          else case when t.typcategory = 'A' and t.typelem <> 0 then 'array' else 'base' end end as kind,
        coalesce((select pg_catalog.json_agg(e.enumlabel order by e.enumsortorder)
          from pg_catalog.pg_enum e where e.enumtypid = t.oid), '[]') as labels,
        case t.typtype when 'd' then t.typbasetype::int8
          when 'r' then (select r.rngsubtype::int8 from pg_catalog.pg_range r where r.rngtypid = t.oid)
          when 'm' then (select r.rngtypid::int8 from pg_catalog.pg_range r where r.rngmultitypid = t.oid)
          else case when t.typcategory = 'A' then t.typelem::int8 else 0 end end as inner,
        t.typtypmod as "innerTypmod",
        coalesce((select pg_catalog.json_agg(pg_catalog.json_build_object('oid', a.atttypid::int8, 'typmod', a.atttypmod)
            order by a.attnum)
          from pg_catalog.pg_attribute a
          where t.typtype = 'c' and a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped), '[]') as fields,
        coalesce((select pg_catalog.json_agg(pg_catalog.pg_get_constraintdef(k.oid))
          from pg_catalog.pg_constraint k where k.contypid = t.oid and k.contype = 'c'), '[]') as checks
      from pg_catalog.pg_type t where t.oid in (${oids.join(', ')})
    ) x`);
  return JSON.parse(found?.types) as ValueType[];
}
