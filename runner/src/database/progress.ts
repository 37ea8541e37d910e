import { type Migration, sha256 } from '../../../core/journal';
import type { MigrationSettings } from '../config/settings';
import { GateError } from '../errors/gate-error';
import { quoteLiteral } from '../sql/quote';
import { AS_OURSELVES, putBack, readSurroundings } from './as-ourselves';
import type { NumberedStatement } from './execute-statement';
import type { Session } from './session';
import { ensureStateTable, stateTable, stateTableExists } from './state-tables';

export type ProgressState = 'started' | 'done';

/** What is known of a statement that an earlier run began. */
export interface StatementProgress {
  readonly state: ProgressState;
  /** Hash of the statement's text as it ran. */
  readonly hash: string;
  /** What was there before it began, where its own work has no name to be found by. */
  readonly remembered: string | null;
}

/** By the statement's number in its migration. */
export type Progress = ReadonlyMap<number, StatementProgress>;

type Tag = Pick<Migration, 'tag'>;

/** No tag of a migration has a slash, so that a rollback's progress never passes for that of its migration. */
const ROLLBACK = 'rollback/';

/** What the progress of the script that undoes a migration is noted under. */
export function rollbackTag(tag: string): string {
  return `${ROLLBACK}${tag}`;
}

/** The migration whose rollback a progress belongs to; undefined when it is that of a migration. */
export function undoneBy(tag: string): string | undefined {
  return tag.startsWith(ROLLBACK) ? tag.slice(ROLLBACK.length) : undefined;
}

export function statementHash({ text }: Pick<NumberedStatement, 'text'>): string {
  return sha256(text.replace(/\r\n/g, '\n'));
}

/** @throws GateError (77) without the privileges: what can't be remembered must not be begun. */
export async function ensureProgress(session: Session, settings: MigrationSettings): Promise<void> {
  await ensureStateTable(session, settings, 'progress');
  const [row] = await session.query<{ missing: string | null }>(
    `select string_agg(privilege, ', ') as missing from unnest('{SELECT,INSERT,UPDATE,DELETE}'::text[]) as p (privilege)
      where not has_table_privilege(to_regclass($1), privilege)`,
    [stateTable(settings, 'progress')],
  );
  if (!row?.missing) return;
  throw new GateError('ACCESS', `${stateTable(settings, 'progress')} cannot be written`, {
    remedy: `grant ${row.missing} on it to the role that migrates`,
  });
}

/** Tags of what stopped midway, {@link rollbackTag} of rollbacks among them; undefined when the role may not read that. */
export async function readInterrupted(
  session: Session,
  settings: MigrationSettings,
): Promise<ReadonlySet<string> | undefined> {
  const [table] = await session.query<{ readable: boolean | null }>(
    `select has_table_privilege(to_regclass($1), 'SELECT') as readable`,
    [stateTable(settings, 'progress')],
  );
  if (table?.readable === null) return new Set();
  if (!table?.readable) return undefined;
  const rows = await session.query<{ migration: string }>(
    `select distinct migration from ${stateTable(settings, 'progress')} where history_table = $1`,
    [settings.table],
  );
  return new Set(rows.map(({ migration }) => migration));
}

/** What a migration outside a transaction is refused with, where nobody may read how far an earlier run came. */
export function progressUnreadable(settings: MigrationSettings): GateError {
  const table = stateTable(settings, 'progress');
  return new GateError(
    'ACCESS',
    `${table} cannot be read, so migrations that stopped midway cannot be told`,
    {
      remedy: `grant SELECT, INSERT, UPDATE, DELETE on ${table} to the role that migrates`,
    },
  );
}

export async function readProgress(
  session: Session,
  settings: MigrationSettings,
  { tag }: Tag,
): Promise<Progress> {
  if (!(await stateTableExists(session, settings, 'progress'))) return new Map();
  const rows = await session.query<StatementProgress & { statement: number }>(
    `select statement, state, hash, remembered from ${stateTable(settings, 'progress')}
      where history_table = $1 and migration = $2`,
    [settings.table, tag],
  );
  return new Map(rows.map(({ statement, ...progress }) => [statement, progress]));
}

/**
 * Notes where statements stand, inside the open transaction; what the migration has set for it is put back afterwards.
 *
 * @returns false when the transaction is read-only, so that nothing could be noted.
 */
export async function noteProgress(
  session: Session,
  settings: MigrationSettings,
  { tag }: Tag,
  statements: readonly NumberedStatement[],
  state: ProgressState,
  remembered: string | null = null,
): Promise<boolean> {
  if (statements.length === 0) return true;
  const list = (values: readonly (string | number)[]) =>
    `pg_catalog.string_to_array(${quoteLiteral(values.join(','))}, ',')`;
  const numbers = `${list(statements.map(({ number }) => number))}::pg_catalog.int4[]`;
  return writeAsOurselves(
    session,
    `insert into ${stateTable(settings, 'progress')} as noted (history_table, migration, statement, hash, state, remembered)
     select ${quoteLiteral(settings.table)}, ${quoteLiteral(tag)}, statement, hash, ${quoteLiteral(state)},
            ${remembered === null ? 'null' : quoteLiteral(remembered)}
       from unnest(${numbers}, ${list(statements.map(statementHash))}) as statements (statement, hash)
     on conflict (history_table, migration, statement)
       do update set state = excluded.state, hash = excluded.hash, changed_at = pg_catalog.now(),
                     remembered = coalesce(excluded.remembered, noted.remembered)`,
  );
}

/** Forgets, inside the open transaction, a statement that the server refused: nothing of it was done. */
export async function forgetStatement(
  session: Session,
  settings: MigrationSettings,
  { tag }: Tag,
  { number }: NumberedStatement,
): Promise<void> {
  await writeAsOurselves(
    session,
    `delete from ${stateTable(settings, 'progress')}
      where history_table = ${quoteLiteral(settings.table)} and migration = ${quoteLiteral(tag)} and statement = ${number}`,
  );
}

/** In two round trips, because it comes with every statement. */
async function writeAsOurselves(session: Session, statement: string): Promise<boolean> {
  const before = await readSurroundings(session);
  if (before.readOnly) return false;
  await session.execute([AS_OURSELVES, statement, putBack(before)].join('; '));
  return true;
}

/** Forgets a migration that is complete or rolled back. */
export async function clearProgress(
  session: Session,
  settings: MigrationSettings,
  { tag }: Tag,
): Promise<void> {
  if (!(await stateTableExists(session, settings, 'progress'))) return;
  await session.query(
    `delete from ${stateTable(settings, 'progress')} where history_table = $1 and migration = $2`,
    [settings.table, tag],
  );
}
