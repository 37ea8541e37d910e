import type { Node } from 'libpg-query';
import type { Session } from '../../database/session';
import { keptSchemaPattern } from '../../kept/kept-schema';
import { listName } from '../../sql/node-values';

/** The kinds of objects, beside relations and their columns, that the catalog is asked for. */
const ASKED =
  /^(?:type|domain|schema|extension|function|procedure|routine|aggregate|index|policy|trigger|attribute) /;

/** What is destroyed, without the words around it, or undefined where the catalog can't be asked for it. */
export function askedFor(what: string): string | undefined {
  const bare = what.replace(/^what depends on /, '').replace(/ and what depends on it$/, '');
  return ASKED.test(bare) ? bare : undefined;
}

/**
 * Which of the objects the database has, for example `type mood` or `type public.mood`. Without a schema, one in any
 * schema counts: rather a warning too many.
 */
export async function findThere(session: Session, texts: readonly string[]): Promise<Set<string>> {
  if (texts.length === 0) return new Set();
  const rows = await session.query<{ what: string }>(
    `with named(kind, place, name) as (
       select word, nspname, typname from pg_type join pg_namespace n on n.oid = typnamespace, (values ('type'), ('domain')) w(word)
         where nspname !~ '${keptSchemaPattern}'
       union all select word, nspname, proname from pg_proc join pg_namespace n on n.oid = pronamespace,
         (values ('function'), ('procedure'), ('routine'), ('aggregate')) w(word)
       union all select 'index', nspname, relname from pg_class join pg_namespace n on n.oid = relnamespace where relkind in ('i', 'I')
       union all select 'schema', null, nspname from pg_namespace
       union all select 'extension', null, extname from pg_extension
       union all select 'policy', relname, polname from pg_policy join pg_class c on c.oid = polrelid
       union all select 'trigger', relname, tgname from pg_trigger join pg_class c on c.oid = tgrelid
       union all select 'attribute', place, attname from pg_attribute join pg_class c on c.oid = attrelid
         join pg_namespace n on n.oid = relnamespace, lateral (values (relname::text), (nspname || '.' || relname)) p(place)
         where relkind = 'c'
     )
     select distinct what from jsonb_array_elements_text($1::text::jsonb) what
      where what in (select kind || ' ' || name from named
                      union all select kind || ' ' || place || '.' || name from named where place is not null)`,
    [JSON.stringify(texts)],
  );
  return new Set(rows.map(({ what }) => what));
}

/** An object that gets another name or place: under it, it is not new. */
export interface Move {
  readonly kind: string;
  readonly from: string;
  readonly to: string;
}

const MOVED: Readonly<Record<string, string>> = {
  ...{ OBJECT_TYPE: 'type', OBJECT_DOMAIN: 'domain', OBJECT_SCHEMA: 'schema' },
};

export function moveOf(node: Node | undefined): Move | undefined {
  if (node && 'RenameStmt' in node) {
    const { renameType, object, subname, newname = '' } = node.RenameStmt;
    const from = object ? textOf(object) : (subname ?? '');
    const kind = MOVED[renameType ?? ''];
    return kind ? { kind, from: `${kind} ${from}`, to: newname } : undefined;
  }
  if (node && 'AlterObjectSchemaStmt' in node) {
    const { objectType, object } = node.AlterObjectSchemaStmt;
    const kind = MOVED[objectType ?? ''];
    return kind && object
      ? { kind, from: `${kind} ${textOf(object)}`, to: listName(object).name }
      : undefined;
  }
  return undefined;
}

function textOf(object: Node): string {
  const { schema, name } = listName(object);
  return schema === undefined ? name : `${schema}.${name}`;
}

export function isMovedTo(text: string, { kind, to }: Move): boolean {
  return text === `${kind} ${to}` || (text.startsWith(`${kind} `) && text.endsWith(`.${to}`));
}
