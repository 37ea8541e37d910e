import type { Migration } from '../../../core/journal';
import type { MigrationSettings } from '../config/settings';
import { quoteIdentifier } from '../sql/quote';
import { ensureSchema, relationExists } from './history';
import type { Session } from './session';
import { withTransaction } from './transaction';

/** How far a non-transactional migration came: the state of each of its statements that was begun. */
export type Progress = ReadonlyMap<number, 'started' | 'done'>;

const NAME = '__drizzle_gate_progress';

function progressTable({ schema }: MigrationSettings): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(NAME)}`;
}

/** Makes the table that remembers statements of non-transactional migrations; it is no part of what Drizzle sees. */
export async function ensureProgress(session: Session, settings: MigrationSettings): Promise<void> {
  await ensureSchema(session, settings.schema);
  if (await relationExists(session, progressTable(settings))) return;
  await session.execute(
    `create table if not exists ${progressTable(settings)} (
       migration text not null,
       hash text not null,
       statement int not null,
       state text not null check (state in ('started', 'done')),
       changed_at timestamptz not null default now(),
       primary key (migration, hash, statement)
     )`,
  );
}

export async function readProgress(
  session: Session,
  settings: MigrationSettings,
  { tag, hash }: Migration,
): Promise<Progress> {
  if (!(await relationExists(session, progressTable(settings)))) return new Map();
  const rows = await session.query<{ statement: number; state: 'started' | 'done' }>(
    `select statement, state from ${progressTable(settings)} where migration = $1 and hash = $2`,
    [tag, hash],
  );
  return new Map(rows.map(({ statement, state }) => [statement, state]));
}

export async function writeProgress(
  session: Session,
  settings: MigrationSettings,
  { tag, hash }: Migration,
  statement: number,
  state: 'started' | 'done',
): Promise<void> {
  await session.query(
    `insert into ${progressTable(settings)} (migration, hash, statement, state) values ($1, $2, $3, $4)
     on conflict (migration, hash, statement) do update set state = excluded.state, changed_at = now()`,
    [tag, hash, statement, state],
  );
}

/** Forgets a statement that the server refused: nothing of it was done. */
export async function forgetStatement(
  session: Session,
  settings: MigrationSettings,
  { tag, hash }: Migration,
  statement: number,
): Promise<void> {
  await withTransaction(session, async () => {
    await session.execute('set local role to default');
    await session.query(
      `delete from ${progressTable(settings)} where migration = $1 and hash = $2 and statement = $3`,
      [tag, hash, statement],
    );
  });
}

/** Forgets a migration that is complete or rolled back. */
export async function clearProgress(
  session: Session,
  settings: MigrationSettings,
  { tag }: Pick<Migration, 'tag'>,
): Promise<void> {
  if (!(await relationExists(session, progressTable(settings)))) return;
  await session.query(`delete from ${progressTable(settings)} where migration = $1`, [tag]);
}
