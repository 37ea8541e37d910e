import type { Session } from '../../database/session';
import type { RelationLock } from '../../sql/statement-effects';

/** A relation of the database. */
export interface Relation {
  readonly oid: string;
  /** With its schema. */
  readonly name: string;
  /** As of the last VACUUM or ANALYZE; undefined before the first. */
  readonly rows: number | undefined;
}

export type Wanted = Pick<RelationLock, 'relation' | 'of'>;

/**
 * Finds relations by the names that statements use; those of an index give its table. What does not exist is left
 * out. No lock is taken and no privilege needed, unlike with to_regclass.
 */
export async function resolveRelations(
  session: Session,
  wanted: readonly Wanted[],
): Promise<(wanted: Wanted) => Relation | undefined> {
  const asked = new Map(
    wanted.map(({ relation: { schema, name }, of }) => [
      keyOf({ relation: { schema, name }, of }),
      { schema: schema ?? null, name, of },
    ]),
  );
  const rows = await session.query<{ key: string; oid: string; name: string; rows: number }>(
    `select coalesce(w.schema, '') || chr(1) || w.name || chr(1) || w.of as key,
            t.oid::text as oid, tn.nspname || '.' || t.relname as name, t.reltuples::float8 as rows
       from json_to_recordset($1::text::json) as w (schema text, name text, of text)
       join pg_class c on c.relname = w.name
       join pg_namespace n on n.oid = c.relnamespace
       left join pg_index x on x.indexrelid = c.oid
       join pg_class t on t.oid = coalesce(x.indrelid, c.oid)
       join pg_namespace tn on tn.oid = t.relnamespace
      where (w.of = 'index') = (x.indexrelid is not null)
        and case when w.schema is null then pg_table_is_visible(c.oid) else n.nspname = w.schema end`,
    [JSON.stringify([...asked.values()])],
  );
  const found = new Map(
    rows.map((row): [string, Relation] => [
      row.key,
      { oid: row.oid, name: row.name, rows: row.rows < 0 ? undefined : row.rows },
    ]),
  );
  return (sought) => found.get(keyOf(sought));
}

function keyOf({ relation: { schema = '', name }, of }: Wanted): string {
  return [schema, name, of].join('\u0001');
}
