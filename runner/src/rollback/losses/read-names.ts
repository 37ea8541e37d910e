import type { Session } from '../../database/session';
import type { Act, Named } from './act';
import { CATALOG } from './address';
import type { Entry } from './catalog-names';

/** The catalog as far as the names of some scripts reach into it. */
export interface NamesThere {
  readonly entries: readonly Entry[];
  readonly path: readonly string[];
  readonly user: string;
}

interface Row {
  readonly space: Entry['space'];
  readonly schema: string | null;
  readonly name: string;
  readonly oid: number;
  readonly relkind: string | null;
  readonly relation: number | null;
  readonly args: Entry['args'] | null;
}

/**
 * Finds everything that bears one of the names, in whatever schema: which of them a statement means, the search path at
 * its time tells. No lock is taken and no privilege needed, unlike with to_regclass.
 */
export async function readNames(session: Session, acts: readonly Act[]): Promise<NamesThere> {
  const rows = await session.query<Row>(
    `with wanted as materialized (select jsonb_array_elements_text($1::text::jsonb) as name),
          relations as materialized (
            select c.oid, nspname, relname, relkind from pg_class c join pg_namespace n on n.oid = relnamespace
             where relname in (select name from wanted) and relkind <> 't' and nspname !~ '^pg_(toast|temp_)')
     select 'relation' as space, nspname as schema, relname as name, oid::int8::float8 as oid, relkind::text as relkind,
            null::float8 as relation, null::json as args from relations
     union all
     select 'type', nspname, typname, t.oid::int8::float8, null, null, null
       from pg_type t join pg_namespace n on n.oid = typnamespace
       left join pg_class c on c.oid = typrelid
      where typname in (select name from wanted) and (typrelid = 0 or c.relkind = 'c')
     union all
     select 'routine', nspname, proname, p.oid::int8::float8, null, null,
            (select coalesce(json_agg(json_build_object('name', coalesce(e.typname, t.typname), 'isArray', e.oid is not null) order by a.ordinality), '[]')
               from unnest(proargtypes::oid[]) with ordinality a (type, ordinality) join pg_type t on t.oid = a.type
               left join pg_type e on t.typcategory = 'A' and e.oid = t.typelem)
       from pg_proc p join pg_namespace n on n.oid = pronamespace where proname in (select name from wanted)
     union all select 'schema', null, nspname, oid::int8::float8, null, null, null from pg_namespace where nspname in (select name from wanted)
     union all select 'extension', null, extname, oid::int8::float8, null, null, null from pg_extension where extname in (select name from wanted)
     union all select 'constraint', null, conname, o.oid::int8::float8, null, r.oid::int8::float8, null
       from pg_constraint o join relations r on r.oid = conrelid where conname in (select name from wanted)
     union all select 'trigger', null, tgname, o.oid::int8::float8, null, r.oid::int8::float8, null
       from pg_trigger o join relations r on r.oid = tgrelid where tgname in (select name from wanted) and not tgisinternal
     union all select 'policy', null, polname, o.oid::int8::float8, null, r.oid::int8::float8, null
       from pg_policy o join relations r on r.oid = polrelid where polname in (select name from wanted)
     union all select 'rule', null, rulename, o.oid::int8::float8, null, r.oid::int8::float8, null
       from pg_rewrite o join relations r on r.oid = ev_class where rulename in (select name from wanted)`,
    [JSON.stringify(namesIn(acts))],
  );
  const [place] = await session.query<{ path: string[]; name: string }>(
    'select to_json(current_schemas(true)) as path, current_user::text as name',
  );
  const relations = new Map<number, Entry>();
  const entries = rows.map((row): Entry => {
    const { space, name, oid } = row;
    const entry: Entry = {
      ...{ space, name, schema: row.schema ?? undefined, relkind: row.relkind ?? undefined },
      on: row.relation === null ? undefined : relations.get(row.relation),
      args: row.args ?? undefined,
      address: { catalog: CATALOG[space as keyof typeof CATALOG], oid, part: 0 },
    };
    if (space === 'relation') relations.set(oid, entry);
    return entry;
  });
  return { entries, path: place?.path ?? [], user: place?.name ?? '' };
}

/** Every name that the scripts use for an object, without its schema. */
function namesIn(acts: readonly Act[]): string[] {
  const names = new Set<string>();
  const add = ({ name, on }: Pick<Named, 'name' | 'on'>) => {
    names.add(name.name);
    if (on) names.add(on.name);
  };
  for (const { body } of acts) {
    if (body.does === 'drop') body.objects.forEach(add);
    if ('object' in body) add(body.object);
    if ('relation' in body) names.add(body.relation.name);
    if (body.does === 'change type') names.add(body.type.name);
    if ('child' in body) names.add(body.child.name);
    if ('relations' in body) for (const { name } of body.relations) names.add(name);
  }
  return [...names];
}
