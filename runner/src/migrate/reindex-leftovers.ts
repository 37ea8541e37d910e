import type { Session } from '../database/session';
import { dropConcurrently, IS_WORKED_ON } from './invalid-index';
import type { ScriptContext } from './script-context';

interface Leftover {
  readonly oid: string;
  readonly schema: string;
  readonly name: string;
}

/**
 * Indexes that an interrupted REINDEX CONCURRENTLY leaves behind, by the names that PostgreSQL gives them: the copy
 * that was not finished, or the original that was not dropped any more. Both are invalid, written by every INSERT and
 * used by nobody. Those of TOAST tables are not among them: they can't be told from the one in use by a name alone.
 */
export async function findReindexLeftovers(session: Session): Promise<readonly Leftover[]> {
  return session.query<Leftover & Record<string, unknown>>(
    `select i.indexrelid::text as oid, n.nspname as schema, c.relname as name
       from pg_index i
       join pg_class c on c.oid = i.indexrelid
       join pg_class t on t.oid = i.indrelid
       join pg_namespace n on n.oid = c.relnamespace
      where not i.indisvalid and t.relkind in ('r', 'm') and c.relname ~ '_cc(new|old)[0-9]*$'
        and not ${IS_WORKED_ON}`,
  );
}

/** Drops what is left behind now and was not when the statement began for the first time. */
export async function dropReindexLeftovers(
  before: readonly string[],
  migration: string,
  context: ScriptContext,
): Promise<void> {
  for (const leftover of await findNewLeftovers(context.session, before))
    await dropConcurrently(leftover, migration, context);
}

export async function findNewLeftovers(
  session: Session,
  before: readonly string[],
): Promise<readonly Leftover[]> {
  return (await findReindexLeftovers(session)).filter(({ oid }) => !before.includes(oid));
}
