import { CONTRACT_VERSION } from '../../../core/contract';
import manifest from '../../package.json' with { type: 'json' };
import { STATE_TABLES } from '../database/state-tables';
import type { DatabaseContext } from '../run-context';
import type { RunPurpose } from './run-purpose';

type Column = keyof typeof STATE_TABLES.runs.columns;
type Value = string | number | null;

/** What a run writes into its row, by column. */
export type RunRow = Readonly<Partial<Record<Column, Value>>>;

const CASTS: Readonly<Record<string, string>> = {
  uuid: '::uuid',
  int: '::int',
  // As text: the driver would write what looks like a list in its own way.
  jsonb: '::text::jsonb',
};

/** What is known of a run before it does anything. */
export function runRow({ runId, settings }: DatabaseContext, purpose: RunPurpose): RunRow {
  const { image = null, job = null, pod = null } = settings.place;
  return {
    ...{ run_id: runId, history_table: settings.migrations.table, command: purpose.command },
    ...{ runner_version: manifest.version, contract_version: CONTRACT_VERSION, image, job, pod },
    plan: purpose.plan ? JSON.stringify(purpose.plan) : null,
    plan_hash: purpose.planHash ?? null,
    folder_digest: purpose.journal?.digest ?? null,
    confirmed_by: purpose.isConfirmed ? (settings.confirmedBy ?? null) : null,
  };
}

export interface RowInsert {
  /** From `insert` to the values; with a place for each parameter. */
  readonly text: string;
  readonly parameters: readonly Value[];
}

/**
 * The statement that inserts a row, of the columns that the table has: one of an older version can lack some, and only its
 * owner may add them. The role that logged in is read where it is true.
 *
 * @param extra SQL by column, for what the server knows better.
 */
export function insertOf(
  table: string,
  row: RunRow,
  there: readonly string[],
  extra: Readonly<Partial<Record<Column, string>>> = {},
): RowInsert {
  const names = Object.keys(row).filter((name) => there.includes(name)) as Column[];
  const { columns } = STATE_TABLES.runs;
  const places = names.map((name, index) => {
    const [type = ''] = columns[name].split(' ');
    return `$${index + 1}${CASTS[type] ?? `::${type}`}`;
  });
  const computed = Object.entries({ role: 'session_user', ...extra }).filter(([name]) =>
    there.includes(name),
  );
  const all = [...names, ...computed.map(([name]) => name)];
  const values = [...places, ...computed.map(([, sql]) => sql)];
  return {
    text: `insert into ${table} (${all.join(', ')}) values (${values.join(', ')})`,
    parameters: names.map((name) => row[name] ?? null),
  };
}
