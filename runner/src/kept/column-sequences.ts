/** Sequences that belong to a column, and those that its default calls: rows of `rel`, `number` (the column's) and `seq`. */
export const COLUMN_SEQUENCES = `
  select d.refobjid as rel, d.refobjsubid as number, d.objid as seq from pg_catalog.pg_depend d
   where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i')
  union
  select f.adrelid, f.adnum, d.refobjid from pg_catalog.pg_attrdef f
    join pg_catalog.pg_depend d on d.classid = 'pg_attrdef'::regclass and d.objid = f.oid
     and d.refclassid = 'pg_class'::regclass`;
