import type { HistoryRow } from '../../../core/journal';
import type { MigrationSettings } from '../config/settings';
import { GateError } from '../errors/gate-error';
import { SqlState } from '../errors/sqlstate';
import { codeOf } from '../errors/to-gate-error';
import { quoteIdentifier } from '../sql/quote';
import type { Session } from './session';

/** The qualified, quoted name of Drizzle's history table. */
export function historyTable({ schema, table }: MigrationSettings): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`;
}

/** Rows of Drizzle's history by id; undefined when there is no such table. */
export async function readHistory(
  session: Session,
  settings: MigrationSettings,
): Promise<HistoryRow[] | undefined> {
  if (!(await relationExists(session, historyTable(settings)))) return undefined;
  const rows = await readRows(session, historyTable(settings));
  return rows.map(({ id, hash, created_at }) => ({
    id: Number(id),
    hash,
    createdAt: created_at === null ? null : Number(created_at),
  }));
}

interface Row {
  readonly id: number;
  readonly hash: string;
  readonly created_at: string | null;
}

async function readRows(session: Session, table: string): Promise<Row[]> {
  try {
    return await session.query<Row>(`select id, hash, created_at from ${table} order by id`);
  } catch (error) {
    if (codeOf(error) !== SqlState.UNDEFINED_COLUMN) throw error;
    throw new GateError('CONFIG', `${table} is not a history table of Drizzle: ${(error as Error).message}`, {
      remedy: 'correct MIGRATIONS_SCHEMA and MIGRATIONS_TABLE',
      cause: error,
    });
  }
}

/** Makes schema and table as Drizzle's own migrator does. What is there already is not asked for: that would need the privilege to create it. */
export async function ensureHistory(session: Session, settings: MigrationSettings): Promise<void> {
  await ensureSchema(session, settings.schema);
  if (await relationExists(session, historyTable(settings))) return;
  await session.execute(
    `create table if not exists ${historyTable(settings)} (id serial primary key, hash text not null, created_at bigint)`,
  );
}

export async function ensureSchema(session: Session, schema: string): Promise<void> {
  const [row] = await session.query<{ there: boolean }>(
    'select exists (select from pg_namespace where nspname = $1) as there',
    [schema],
  );
  if (!row?.there) await session.execute(`create schema if not exists ${quoteIdentifier(schema)}`);
}

export async function relationExists(session: Session, qualified: string): Promise<boolean> {
  const [row] = await session.query<{ there: boolean }>('select to_regclass($1) is not null as there', [
    qualified,
  ]);
  return row?.there === true;
}

export async function addHistoryRow(
  session: Session,
  settings: MigrationSettings,
  migration: { readonly hash: string; readonly when: number },
): Promise<void> {
  await session.query(`insert into ${historyTable(settings)} (hash, created_at) values ($1, $2)`, [
    migration.hash,
    migration.when,
  ]);
}
