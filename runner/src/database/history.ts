import type { Journal } from '../../../core/journal';
import type { MigrationSettings } from '../config/settings';
import { plural } from '../report/plural';
import type { Reporter } from '../report/reporter';
import { quoteIdentifier } from '../sql/quote';
import { historyColumns, historyTable, readHistory } from './history-table';
import { lockSchema } from './lock';
import type { Session } from './session';
import type { StateFacts, TableFacts } from './state-facts';
import { missingNames, upgradeHistory } from './upgrade-history';

export {
  addHistoryRow,
  historyColumns,
  historyRowOf,
  historyTable,
  readHistory,
  readHistoryRows,
} from './history-table';

const COLUMNS = 'id serial primary key, hash text not null, created_at bigint';
const NEW_COLUMNS = `${COLUMNS}, name text, applied_at timestamp with time zone default now()`;

/**
 * Makes schema and table as the Drizzle of the folder's layout does, and brings an old table to the format of
 * drizzle-orm 1.0 where 1.0 would: for a folder of its layout. What is there already is not asked for, that would need
 * the privilege to create it. It belongs into a transaction under the migration lock; `known` is what was read in it.
 *
 * | Folder | No table | Old table | New table |
 * | --- | --- | --- | --- |
 * | 0.x | old format | stays | stays; rows without a name get it |
 * | 1.x | new format | upgraded | stays; rows without a name get it |
 */
export async function ensureHistory(
  session: Session,
  settings: MigrationSettings,
  journal?: Journal,
  reporter?: Reporter,
  known?: StateFacts,
): Promise<void> {
  if (!known?.hasSchema) await ensureSchema(session, settings.schema);
  const columns = known?.tables.history?.columns ?? (await historyColumns(session, settings));
  if (!columns) {
    await lockSchema(session, settings.schema);
    await session.execute(historyTableText(settings, journal));
    return;
  }
  if (!journal) return;
  if (!columns.has('name')) {
    if (journal.layout === '1.x') await upgrade(session, settings, journal, reporter);
    return;
  }
  const nameless = missingNames(journal.migrations, (await readHistory(session, settings)) ?? []).size;
  if (nameless > 0) await nameRows(session, settings, journal, nameless, reporter);
}

/** What there is to know of a table that was just made in that format. */
export function tableMade(journal?: Pick<Journal, 'layout'>): TableFacts {
  const old = ['id', 'hash', 'created_at'];
  const columns = new Set(journal?.layout === '1.x' ? [...old, 'name', 'applied_at'] : old);
  return { columns, privileges: new Set(['SELECT', 'INSERT', 'UPDATE', 'DELETE']) };
}

/** The statement that makes the table, in the format of the folder's Drizzle. */
export function historyTableText(settings: MigrationSettings, journal?: Pick<Journal, 'layout'>): string {
  const format = journal?.layout === '1.x' ? NEW_COLUMNS : COLUMNS;
  return `create table if not exists ${historyTable(settings)} (${format})`;
}

/** The statement that makes its schema. */
export function schemaText(schema: string): string {
  return `create schema if not exists ${quoteIdentifier(schema)}`;
}

async function upgrade(
  session: Session,
  settings: MigrationSettings,
  journal: Journal,
  reporter: Reporter | undefined,
): Promise<void> {
  const { unmatched } = await upgradeHistory(session, settings, journal);
  const table = historyTable(settings);
  if (unmatched.length === 0) {
    reporter?.info('history_upgraded', `${table} now has the format of drizzle-orm 1.0`);
    return;
  }
  const ids = unmatched.map(({ id }) => id).join(', ');
  reporter?.warn(
    'history_warning',
    `${table} keeps its old format: ${plural(unmatched.length, 'row')} without a file here (history id ${ids}) can't be given a name; drizzle-orm 1.0 refuses such a history`,
  );
}

/** Not worth a failure where the role may only insert: the rows are told apart without their names. */
async function nameRows(
  session: Session,
  settings: MigrationSettings,
  journal: Journal,
  nameless: number,
  reporter: Reporter | undefined,
): Promise<void> {
  const table = historyTable(settings);
  const [role] = await session.query<{ may: boolean }>(
    `select has_column_privilege(to_regclass($1), 'name', 'UPDATE') as may`,
    [table],
  );
  const rows = plural(nameless, 'row');
  if (role?.may) {
    await upgradeHistory(session, settings, journal);
    reporter?.info(
      'history_upgraded',
      `${table}: ${rows} that drizzle-orm 0.x wrote got the name of the migration`,
    );
  } else {
    reporter?.warn(
      'history_warning',
      `${table}: ${rows} without a name, which drizzle-orm 1.0 would apply again; grant UPDATE on it to the role that migrates`,
    );
  }
}

export async function ensureSchema(session: Session, schema: string): Promise<void> {
  const [row] = await session.query<{ there: boolean }>(
    'select exists (select from pg_namespace where nspname = $1) as there',
    [schema],
  );
  if (row?.there) return;
  await lockSchema(session, schema);
  await session.execute(schemaText(schema));
}

export async function relationExists(session: Session, qualified: string): Promise<boolean> {
  const [row] = await session.query<{ there: boolean }>('select to_regclass($1) is not null as there', [
    qualified,
  ]);
  return row?.there === true;
}
