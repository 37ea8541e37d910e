import type { MigrationSettings } from '../config/settings';
import { lockedElsewhere, lockKey } from './lock';
import type { Session } from './session';
import { STATE_TABLES, type StateTableName } from './state-tables';
import { withLiterals } from './with-literals';

/** Drizzle's history, or a table of the engine. */
export type KnownTable = 'history' | StateTableName;

export interface TableFacts {
  readonly columns: ReadonlySet<string>;
  /** What this role may do with it. */
  readonly privileges: ReadonlySet<string>;
}

/** What the catalog says of the tables of one history; nothing of it waits for a lock. */
export interface StateFacts {
  readonly hasSchema: boolean;
  /** Whether this role may see what is in it. */
  readonly isUsable: boolean;
  /** Whether another session holds the migration lock. */
  readonly isLocked: boolean;
  /** Those that are there. */
  readonly tables: Readonly<Partial<Record<KnownTable, TableFacts>>>;
}

interface Row {
  readonly has_schema: boolean;
  readonly usable: boolean;
  readonly locked: boolean;
  /** By the name that was asked for. As JSON: the driver does not know the server's types of arrays. */
  readonly tables: Readonly<Record<string, { columns: string[]; privileges: string[] }>>;
}

const QUERY = `
  select n.oid is not null as has_schema, coalesce(has_schema_privilege(n.oid, 'USAGE'), false) as usable,
    ${lockedElsewhere('$2')} as locked,
    (select coalesce(json_object_agg(wanted.name, json_build_object(
              'columns', (select coalesce(json_agg(attname), '[]') from pg_attribute
                           where attrelid = c.oid and attnum > 0 and not attisdropped),
              'privileges', (select coalesce(json_agg(privilege), '[]')
                               from unnest('{SELECT,INSERT,UPDATE,DELETE}'::text[]) asked (privilege)
                              where has_table_privilege(c.oid, privilege)))), '{}')
       from json_array_elements_text($3::json) wanted (name)
       join pg_class c on c.relnamespace = n.oid and c.relname = wanted.name::name) as tables
    from (select) as one left join pg_namespace n on n.nspname = $1`;

/** The text of {@link readStateFacts}, for what is asked with the login. */
export function stateFactsQuery(settings: MigrationSettings): string {
  const names = Object.values(namesOf(settings));
  return withLiterals(QUERY, [settings.schema, lockKey(settings), JSON.stringify(names)]);
}

export async function readStateFacts(session: Session, settings: MigrationSettings): Promise<StateFacts> {
  const [row] = await session.query<Row>(stateFactsQuery(settings));
  if (!row) throw new Error('the server gave no answer');
  const tables: Partial<Record<KnownTable, TableFacts>> = {};
  for (const [table, name] of Object.entries(namesOf(settings)) as [KnownTable, string][]) {
    const found = row.tables[name];
    if (!found) continue;
    tables[table] = { columns: new Set(found.columns), privileges: new Set(found.privileges) };
  }
  return { hasSchema: row.has_schema, isUsable: row.usable, isLocked: row.locked, tables };
}

function namesOf({ table }: MigrationSettings): Record<KnownTable, string> {
  const { progress, runs, scripts } = STATE_TABLES;
  return { history: table, progress: progress.name, runs: runs.name, scripts: scripts.name };
}
