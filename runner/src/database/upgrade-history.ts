import { compareHistory, type HistoryRow, type Journal, upgradeNames } from '../../../core/journal';
import type { MigrationSettings } from '../config/settings';
import { historyColumns, historyTable, readHistory } from './history-table';
import type { Session } from './session';

/** What became of an old history table. */
export interface HistoryUpgrade {
  /** Rows that were given a name. */
  readonly named: number;
  /** Rows without a file here. As long as there are any, drizzle-orm 1.0 does not upgrade the table, nor do we. */
  readonly unmatched: readonly HistoryRow[];
}

/**
 * Brings the table to the format of drizzle-orm 1.0, as 1.0 itself does: with the columns `name` and `applied_at`, and in
 * each row that was there the name of its migration and no time.
 *
 * Names are what 1.0 knows migrations by. So rows without a name (drizzle-orm 0.x wrote them into a table of the new
 * format) are given theirs as well; 1.0 would apply these migrations again.
 *
 * It belongs into a transaction with a lock_timeout: every service that reads the schema's version queues behind it. An
 * old table is locked first and looked at again then, so that any number of runners may try.
 */
export async function upgradeHistory(
  session: Session,
  settings: MigrationSettings,
  { layout, migrations }: Journal,
): Promise<HistoryUpgrade> {
  const table = historyTable(settings);
  if (!(await isNew(session, settings)))
    await session.execute(`lock table ${table} in access exclusive mode`);
  const rows = (await readHistory(session, settings)) ?? [];
  if (await isNew(session, settings)) {
    return { named: await giveNames(session, table, missingNames(migrations, rows)), unmatched: [] };
  }
  if (layout !== '1.x') return { named: 0, unmatched: [] };
  const { names, unmatched } = upgradeNames(migrations, rows);
  if (unmatched.length > 0) return { named: 0, unmatched };
  await session.execute(
    `alter table ${table} add column if not exists name text;
       alter table ${table} add column if not exists applied_at timestamp with time zone default now();
       update ${table} set applied_at = null`,
  );
  return { named: await giveNames(session, table, names), unmatched };
}

/** The names of rows that have none, though it is known which migration they record. */
export function missingNames(
  migrations: Journal['migrations'],
  rows: readonly HistoryRow[],
): ReadonlyMap<number, string> {
  const { applied, edited, duplicate } = compareHistory(migrations, rows);
  const recorded = [...applied, ...edited].map(({ migration, row }) => ({ ...row, migration }));
  return new Map(
    [...recorded, ...duplicate].flatMap(({ id, name, migration }) =>
      name === null ? [[id, migration.name]] : [],
    ),
  );
}

async function giveNames(
  session: Session,
  table: string,
  names: ReadonlyMap<number, string>,
): Promise<number> {
  await session.query(
    `update ${table} h set name = given.value from json_each_text($1::text::json) given where h.id::text = given.key`,
    [JSON.stringify(Object.fromEntries(names))],
  );
  return names.size;
}

async function isNew(session: Session, settings: MigrationSettings): Promise<boolean> {
  return (await historyColumns(session, settings))?.has('name') === true;
}
