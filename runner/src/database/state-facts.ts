import type { MigrationSettings } from '../config/settings';
import { lockedElsewhere, lockHalves } from './lock';
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

/** One for each table that is there; where none is, one without a table. */
interface Row extends Readonly<Record<Privilege, boolean | null>> {
  readonly has_schema: boolean;
  readonly usable: boolean;
  readonly locked: boolean;
  /** Which of the names it has, counted from 1. */
  readonly place: number | null;
  /** As JSON: the driver does not know the server's types of arrays. */
  readonly columns: readonly string[] | null;
}

const PRIVILEGES = ['select', 'insert', 'update', 'delete'] as const;
type Privilege = (typeof PRIVILEGES)[number];

const NAMES = 'array[$4, $5, $6, $7]::name[]';
const SCHEMA = '(select oid from pg_namespace where nspname = $1)';

/** In subqueries, which a server process that has just begun plans in less time than joins. */
const QUERY = `
  select ${SCHEMA} is not null as has_schema, coalesce(has_schema_privilege(${SCHEMA}, 'USAGE'), false) as usable,
    ${lockedElsewhere(['$2', '$3'])} as locked, array_position(${NAMES}, c.relname) as place,
    (select json_agg(attname) from pg_attribute
      where attrelid = c.oid and attnum > 0 and not attisdropped) as columns,
    ${PRIVILEGES.map((each) => `has_table_privilege(c.oid, '${each}') as "${each}"`).join(', ')}
    from (select) as one left join pg_class c on c.relname = any (${NAMES}) and c.relnamespace = ${SCHEMA}`;

/** The text of {@link readStateFacts}, for what is asked with the login. */
export function stateFactsQuery(settings: MigrationSettings): string {
  const names = Object.values(namesOf(settings));
  return withLiterals(QUERY, [settings.schema, ...lockHalves(settings), ...names]);
}

export async function readStateFacts(session: Session, settings: MigrationSettings): Promise<StateFacts> {
  const rows = await session.query<Row>(stateFactsQuery(settings));
  const [first] = rows;
  if (!first) throw new Error('the server gave no answer');
  const tables: Partial<Record<KnownTable, TableFacts>> = {};
  const names = namesOf(settings);
  const places = Object.values(names);
  for (const [table, name] of Object.entries(names) as [KnownTable, string][]) {
    const found = rows.find(({ place }) => place === places.indexOf(name) + 1);
    if (!found) continue;
    const privileges = PRIVILEGES.filter((each) => found[each]).map((each) => each.toUpperCase());
    tables[table] = { columns: new Set(found.columns), privileges: new Set(privileges) };
  }
  return { hasSchema: first.has_schema, isUsable: first.usable, isLocked: first.locked, tables };
}

function namesOf({ table }: MigrationSettings): Record<KnownTable, string> {
  const { progress, runs, scripts } = STATE_TABLES;
  return { history: table, progress: progress.name, runs: runs.name, scripts: scripts.name };
}
