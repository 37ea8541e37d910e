import type { HistoryRow, Migration } from '../../../core/journal';
import type { MigrationSettings } from '../config/settings';
import { GateError } from '../errors/gate-error';
import { quoteIdentifier } from '../sql/quote';
import type { Session } from './session';

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
  if (!columns) return undefined;
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

const APPLIED_AT = `to_char(applied_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as applied_at`;

function assertDrizzles(columns: ReadonlySet<string>, settings: MigrationSettings): void {
  const missing = ['id', 'hash', 'created_at'].filter((column) => !columns.has(column));
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
  { hash, when, name }: Pick<Migration, 'hash' | 'when' | 'name'>,
): Promise<void> {
  const columns = await historyColumns(session, settings);
  if (columns?.has('name')) {
    await session.query(
      `insert into ${historyTable(settings)} (hash, created_at, name) values ($1, $2, $3)`,
      [hash, when, name],
    );
  } else {
    await session.query(`insert into ${historyTable(settings)} (hash, created_at) values ($1, $2)`, [
      hash,
      when,
    ]);
  }
}
