import type postgres from 'postgres';
import { type Session, withSession } from '../../runner/src/database/session';
import { resetSession } from '../../runner/src/database/session-settings';
import { withTransaction } from '../../runner/src/database/transaction';
import type { KeepContext, KeepPlan, Kept } from '../../runner/src/rollback/keep/keep-losses';
import { keepLosses } from '../../runner/src/rollback/keep/keep-losses';
import { lockLosing } from '../../runner/src/rollback/keep/lock-losing';
import { trimKept } from '../../runner/src/rollback/keep/trim-kept';
import { assertOnlyPlanned, seeTables } from '../../runner/src/rollback/keep/watch-losses';
import type { Loss } from '../../runner/src/rollback/losses/loss';
import { runContext } from './run-context';
import type { RunnerEvent } from './runner';

/** The tag of the migration that each loss of these tests belongs to. */
export const TAG = '0001_undone';

/** What a plan would say of a table, and of a column of it. */
export async function lossOf(
  sql: postgres.Sql,
  kind: Loss['kind'],
  table: string,
  column?: string,
): Promise<Loss> {
  const [found] = await sql<{ oid: number; schema: string; name: string }[]>`
    select c.oid::int, n.nspname as schema, c.relname as name from pg_class c
      join pg_namespace n on n.oid = c.relnamespace where c.oid = ${table}::regclass`;
  if (!found) throw new Error(`no table ${table}`);
  const what = `${kind} ${table}${column === undefined ? '' : `.${column}`}`;
  return {
    kind,
    what,
    migration: TAG,
    table: { ...found, bytes: 0 },
    ...(column !== undefined && { column }),
  };
}

export function planOf(losses: readonly Loss[]): KeepPlan {
  const row = { id: 2, hash: 'a'.repeat(64), createdAt: 1, name: null, appliedAt: null };
  return { losses, target: undefined, members: [{ tag: TAG, hash: row.hash, when: 1, row }] };
}

export interface KeepRun {
  readonly kept: Kept | undefined;
  readonly events: readonly RunnerEvent[];
}

export interface KeepOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Called between the locks and the copies. */
  readonly locked?: (session: Session) => Promise<void>;
}

export function keepContext(url: string, env: Readonly<Record<string, string>> = {}) {
  const { context, events } = runContext(url, '/nowhere', env);
  return { context: context as KeepContext, events };
}

/** Opens a session as the runner does, with a transaction that commits. */
export function inTransaction<T>(context: KeepContext, use: (session: Session) => Promise<T>): Promise<T> {
  const { connection, signal, settings } = context;
  return withSession({ connection, connectTimeout: 5000, signal }, (session) =>
    withTransaction(session, async () => {
      await resetSession(session, settings.limits);
      return use(session);
    }),
  );
}

/** Runs a script as a rollback does: locked, kept, watched, committed. */
export async function undo(
  url: string,
  losses: readonly Loss[],
  script: string,
  { env, locked }: KeepOptions = {},
): Promise<KeepRun> {
  const { context, events } = keepContext(url, env);
  const kept = await inTransaction(context, async (session) => {
    await lockLosing(session, losses);
    await locked?.(session);
    const made = await keepLosses(session, planOf(losses), context);
    const seen = await seeTables(session);
    await session.execute(script);
    await assertOnlyPlanned(session, seen, losses);
    if (made) await trimKept(session, made);
    return made;
  });
  return { kept, events };
}
