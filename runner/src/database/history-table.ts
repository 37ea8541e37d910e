import type { HistoryRow, Migration } from '../../../core/journal';
import type { MigrationSettings } from '../config/settings';
import { GateError } from '../errors/gate-error';
import { quoteIdentifier, quoteLiteral } from '../sql/quote';
import type { Row, Session } from './session';

/** Those that every format of Drizzle's history has. */
const COLUMNS = ['id', 'hash', 'created_at'];

/** The qualified, quoted name of Drizzle's history table. */
export function historyTable({ schema, table }: MigrationSettings): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`;
}

/** The table's columns; undefined when there is no such table. With `name` among them it has drizzle-orm 1.0's format. */
export async function historyColumns(
  session: Session,
  settings: MigrationSettings,
): Promise<ReadonlySet<string> | undefined> {
  const rows = await session.query<{ attname: string | null }>(
    `select a.attname::text as attname from pg_class c
       left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      where c.oid = to_regclass($1)`,
    [historyTable(settings)],
  );
  return rows.length === 0 ? undefined : new Set(rows.map(({ attname }) => attname ?? ''));
}

/**
 * Rows of Drizzle's history by id, in whichever format the table has; undefined when there is no such table.
 *
 * @throws GateError (78) when the table is none of Drizzle's.
 */
export async function readHistory(
  session: Session,
  settings: MigrationSettings,
): Promise<HistoryRow[] | undefined> {
  const columns = await historyColumns(session, settings);
  return columns && readHistoryRows(session, settings, columns);
}

/**
 * The same for a table whose columns are known.
 *
 * @throws GateError (78) when the table is none of Drizzle's.
 */
export async function readHistoryRows(
  session: Session,
  settings: MigrationSettings,
  columns: ReadonlySet<string>,
): Promise<HistoryRow[]> {
  assertDrizzles(columns, settings);
  const rows = await session.query<{
    id: number;
    hash: string;
    created_at: string | null;
    name: string | null;
    applied_at: string | null;
  }>(
    `select id, hash, created_at, ${columns.has('name') ? 'name' : 'null as name'},
            ${columns.has('applied_at') ? APPLIED_AT : 'null as applied_at'}
       from ${historyTable(settings)} order by id`,
  );
  return rows.map(({ id, hash, created_at, name, applied_at }) => ({
    ...{ id: Number(id), hash, name, appliedAt: applied_at },
    createdAt: created_at === null ? null : Number(created_at),
  }));
}

/**
 * The same in no order, without times, and without a look at the columns before: a server process that has just begun needs
 * longer to plan either than to read the table.
 *
 * @param most so many rows at most: the table can be anybody's.
 * @returns undefined where there are more, or where the first is none of Drizzle's.
 */
export async function readRawHistory(
  session: Session,
  settings: MigrationSettings,
  most: number,
): Promise<HistoryRow[] | undefined> {
  const rows = await session.query(`select * from ${historyTable(settings)} limit ${most + 1}`);
  const [first] = rows;
  if (first && COLUMNS.some((column) => !(column in first))) return undefined;
  return rows.length > most ? undefined : rows.map(historyRow);
}

function historyRow({ id, hash, created_at, name }: Row): HistoryRow {
  return {
    id: Number(id),
    hash: String(hash),
    createdAt: created_at === null ? null : Number(created_at),
    name: typeof name === 'string' ? name : null,
    appliedAt: null,
  };
}

const APPLIED_AT = `to_char(applied_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as applied_at`;

function assertDrizzles(columns: ReadonlySet<string>, settings: MigrationSettings): void {
  const missing = COLUMNS.filter((column) => !columns.has(column));
  if (missing.length === 0) return;
  throw new GateError(
    'CONFIG',
    `${historyTable(settings)} is not a history table of Drizzle: it has no column ${missing.join(', ')}`,
    { remedy: 'correct MIGRATIONS_SCHEMA and MIGRATIONS_TABLE' },
  );
}

/**
 * Records a migration as Drizzle would. In the format of drizzle-orm 1.0 the row always carries the name, that of the
 * 0.x layout too: 1.0 knows migrations by nothing else, and 0.x does not look at it.
 */
export async function addHistoryRow(
  session: Session,
  settings: MigrationSettings,
  migration: RecordedInHistory,
): Promise<void> {
  const columns = await historyColumns(session, settings);
  await session.execute(historyRowOf(settings, migration, columns?.has('name') === true));
}

type RecordedInHistory = Pick<Migration, 'hash' | 'when' | 'name'>;

/**
 * The text of {@link addHistoryRow}.
 *
 * @param isNamed whether the table has the format of drizzle-orm 1.0.
 */
export function historyRowOf(
  settings: MigrationSettings,
  { hash, when, name }: RecordedInHistory,
  isNamed: boolean,
): string {
  const values = { hash, created_at: String(when), ...(isNamed && { name }) };
  const columns = Object.keys(values).join(', ');
  return `insert into ${historyTable(settings)} (${columns}) values (${Object.values(values).map(quoteLiteral).join(', ')})`;
}
