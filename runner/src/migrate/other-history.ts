import type { Journal } from '../../../core/journal';
import type { MigrationSettings } from '../config/settings';
import { historyTable } from '../database/history';
import { findOtherHistories, type OtherHistory } from '../database/other-histories';
import type { Session } from '../database/session';
import { GateErrors } from '../errors/gate-error';
import { plural } from '../report/plural';
import type { Reporter } from '../report/reporter';
import { quoteIdentifier } from '../sql/quote';

export interface HistoryElsewhere {
  readonly message: string;
  readonly remedy: string;
  /** Whether it is surely of these files, so that to begin another one would apply them a second time. */
  readonly isOurs: boolean;
}

/** Histories in other places, where the configured one does not exist; what is to be said of each. */
export async function historiesElsewhere(
  session: Session,
  settings: MigrationSettings,
  journal: Journal,
): Promise<HistoryElsewhere[]> {
  const found = await findOtherHistories(session, settings, journal);
  return found.map((other) => describe(settings, other));
}

/** @throws GateErrors (78) before anything is made: the migrations would be applied a second time. */
export function assertNoHistoryElsewhere(found: readonly HistoryElsewhere[], reporter: Reporter): void {
  const [first, ...others] = found.filter(({ isOurs }) => isOurs);
  if (first) {
    const messages = [first, ...others].map(({ message }) => message);
    throw new GateErrors('CONFIG', messages, first.remedy);
  }
  warnOfHistories(found, reporter);
}

export function warnOfHistories(found: readonly HistoryElsewhere[], reporter: Reporter): void {
  for (const { message, remedy } of found) reporter.warn('history_warning', message, { remedy });
}

function describe(settings: MigrationSettings, other: OtherHistory): HistoryElsewhere {
  const { schema, table, rows, ours } = other;
  const isOurs = rows !== undefined && ours > 0 && ours * 2 >= rows;
  const set = [
    ...(schema === settings.schema ? [] : [`MIGRATIONS_SCHEMA=${schema}`]),
    ...(table === settings.table ? [] : [`MIGRATIONS_TABLE=${table}`]),
  ].join(' and ');
  return {
    isOurs,
    message: `${settings.schema}.${settings.table} does not exist, but ${schema}.${table} does, ${contentOf(other)}`,
    remedy: isOurs
      ? `set ${set}; where a second history is meant, make its table first: ${creationOf(settings)}`
      : `if that is the history of these migrations, set ${set}`,
  };
}

function contentOf({ rows, ours }: OtherHistory): string {
  if (rows === undefined) return 'and may not be read';
  return `with ${plural(rows, 'row')}${rows > 0 ? `, ${ours === 0 ? 'none' : ours} of them of these files` : ''}`;
}

function creationOf(settings: MigrationSettings): string {
  const schema = quoteIdentifier(settings.schema);
  return `CREATE SCHEMA IF NOT EXISTS ${schema}; CREATE TABLE ${historyTable(settings)} (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint)`;
}
