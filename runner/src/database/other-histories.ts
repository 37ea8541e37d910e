import type { Journal } from '../../../core/journal';
import type { MigrationSettings } from '../config/settings';
import { keptSchemaPattern } from '../kept/kept-schema';
import { quoteIdentifier } from '../sql/quote';
import type { Session } from './session';

/** A table that looks like a history of Drizzle's, in another place than the settings say. */
export interface OtherHistory {
  readonly schema: string;
  readonly table: string;
  /** Undefined where the role may not read it. */
  readonly rows: number | undefined;
  /** Rows with the content of one of the files. */
  readonly ours: number;
}

/** A database can have a history for each of its tenants. */
const MOST = 20;

const CANDIDATES = `
  select n.nspname as schema, c.relname as table, c.relname in ('__drizzle_migrations', $1) as named,
         has_schema_privilege(n.oid, 'USAGE') and has_table_privilege(c.oid, 'SELECT') as readable
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join lateral (select array_agg(attname::text) as names from pg_attribute
                   where attrelid = c.oid and attnum > 0 and not attisdropped) a on true
   where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
     and n.nspname !~ '${keptSchemaPattern}'
     and exists (select from pg_attribute where attrelid = c.oid and attname = 'hash')
     and a.names @> '{id,hash,created_at}' and a.names <@ '{id,hash,created_at,name,applied_at}'
   order by named desc, 1, 2 limit ${MOST}`;

/**
 * Looks for histories elsewhere, for when the configured one does not exist: by Drizzle's name, by the configured one, and
 * by its columns. One of another name counts only with rows of these files.
 */
export async function findOtherHistories(
  session: Session,
  settings: MigrationSettings,
  { migrations }: Journal,
): Promise<OtherHistory[]> {
  const found = await session.query<{ schema: string; table: string; named: boolean; readable: boolean }>(
    CANDIDATES,
    [settings.table],
  );
  const readable = found.filter((candidate) => candidate.readable);
  const counted = new Map<string, { rows: number; ours: number }>();
  if (readable.length > 0) {
    const counts = readable.map((candidate, index) => {
      const table = `${quoteIdentifier(candidate.schema)}.${quoteIdentifier(candidate.table)}`;
      return `select ${index} as place, count(*)::int as rows,
        (count(*) filter (where hash in (select jsonb_array_elements_text($1::text::jsonb))))::int as ours from ${table}`;
    });
    const hashes = JSON.stringify(migrations.map(({ hash }) => hash));
    const rows = await session.query<{ place: number; rows: number; ours: number }>(
      counts.join(' union all '),
      [hashes],
    );
    for (const { place, ...count } of rows) counted.set(keyOf(readable[place]), count);
  }
  return found.flatMap((candidate) => {
    const { schema, table, named } = candidate;
    const count = counted.get(keyOf(candidate));
    if (!named && !count?.ours) return [];
    return [{ schema, table, rows: count?.rows, ours: count?.ours ?? 0 }];
  });
}

function keyOf(candidate: { schema: string; table: string } | undefined): string {
  return JSON.stringify([candidate?.schema, candidate?.table]);
}
