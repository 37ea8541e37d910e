import type { Session } from '../database/session';
import type { AloneTarget } from '../sql/alone-target';
import type { QualifiedName } from '../sql/node-values';
import { quoteName } from '../sql/quote';
import type { ClassifiedStatement } from '../sql/script-statements';
import { finalizeDetach, findLink } from './detach-partition';
import { removeInvalidIndex } from './invalid-index';
import { dropReindexLeftovers, findReindexLeftovers } from './reindex-leftovers';
import type { StartedStatement } from './resume';
import type { ScriptContext } from './script-context';

/** What remains to be done for a statement outside a transaction. */
export interface Preparation {
  /**
   * `nothing`: an earlier try finished it. `run`: what it leaves behind is its own. `run unclaimed`: what it would make
   * is there, made by somebody else; or what it would drop is not there.
   */
  readonly todo: 'nothing' | 'run' | 'run unclaimed';
  /** What to run in its stead. */
  readonly text?: string;
  /** What to note with its start, for a rerun that must tell its work from that of others. */
  readonly remember?: string;
}

/** Looks at the catalog before such a statement runs, for the first time or again. */
export async function prepareAlone(
  { kind }: ClassifiedStatement,
  started: StartedStatement | undefined,
  migration: string,
  context: ScriptContext,
): Promise<Preparation> {
  const { session } = context;
  if (kind.kind !== 'non-transactional') return { todo: 'run' };
  const wasStarted = started !== undefined;
  if (kind.index) {
    const found = await removeInvalidIndex(kind.index, migration, context);
    if (found === 'absent') return { todo: 'run' };
    return { todo: wasStarted ? 'nothing' : 'run unclaimed' };
  }
  if (kind.target.command === 'create index') return prepareUnnamed(session, kind.target.table, started);
  if (kind.target.command === 'drop index') return prepareDrop(session, kind.target, started);
  if (kind.target.command === 'detach partition') {
    return prepareDetach(session, kind.target, wasStarted);
  }
  if (kind.target.command === 'reindex' && kind.target.concurrently)
    return prepareReindex(started, migration, context);
  return { todo: 'run' };
}

/** Builds anew whatever an interrupted try had finished, and drops what it left unfinished. */
async function prepareReindex(
  started: StartedStatement | undefined,
  migration: string,
  context: ScriptContext,
): Promise<Preparation> {
  if (started?.remembered) {
    await dropReindexLeftovers(JSON.parse(started.remembered), migration, context);
    return { todo: 'run' };
  }
  const before = await findReindexLeftovers(context.session);
  return { todo: 'run', remember: JSON.stringify(before.map(({ oid }) => oid)) };
}

/** An index of the table, as it was before the start. */
interface RememberedIndex {
  readonly oid: string;
  /** How it is made, but for its name. */
  readonly definition: string;
}

/**
 * An index that the server named itself can be told only by not having been there before. A new oid alone proves
 * nothing: REINDEX CONCURRENTLY gives one to an old index. So there must also be more indexes of its definition than
 * before. One that is not valid is left alone: nothing proves whose it is.
 */
async function prepareUnnamed(
  session: Session,
  table: QualifiedName,
  started: StartedStatement | undefined,
): Promise<Preparation> {
  const indexes = await session.query<RememberedIndex & { valid: boolean }>(
    `select i.indexrelid::text as oid, i.indisvalid as valid,
            replace(pg_get_indexdef(i.indexrelid), format(' INDEX %I ON ', c.relname), ' INDEX ON ') as definition
       from pg_index i join pg_class c on c.oid = i.indexrelid
      where i.indrelid = to_regclass($1)`,
    [quoteName(table)],
  );
  const remembered = started?.remembered;
  if (!remembered) {
    return {
      todo: 'run',
      remember: JSON.stringify(indexes.map(({ oid, definition }) => ({ oid, definition }))),
    };
  }
  const before: readonly RememberedIndex[] = JSON.parse(remembered);
  const valid = indexes.filter((index) => index.valid);
  const isMade = valid.some(
    ({ oid, definition }) =>
      !before.some((old) => old.oid === oid) && count(valid, definition) > count(before, definition),
  );
  return { todo: isMade ? 'nothing' : 'run' };
}

function count(indexes: readonly RememberedIndex[], definition: string): number {
  return indexes.filter((index) => index.definition === definition).length;
}

/** What a DROP INDEX meant when it began. */
interface MeantIndex {
  readonly oid: string;
  readonly schema: string;
  readonly name: string;
}

/**
 * Drops what the name meant at the start, and nothing when that is gone: the same name can mean an index of another
 * schema of the search path from then on.
 */
async function prepareDrop(
  session: Session,
  { index, ifExists }: Extract<AloneTarget, { readonly command: 'drop index' }>,
  started: StartedStatement | undefined,
): Promise<Preparation> {
  if (!index || (started && !started.remembered)) return { todo: 'run' };
  const [is, value] = started?.remembered
    ? ['$1::oid', (JSON.parse(started.remembered) as MeantIndex).oid]
    : ['to_regclass($1)', quoteName(index)];
  const [meant] = await session.query<MeantIndex & Record<string, unknown>>(
    `select c.oid::text as oid, n.nspname as schema, c.relname as name
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.oid = ${is} and c.relkind in ('i', 'I')`,
    [value],
  );
  if (started) {
    if (!meant) return { todo: 'nothing' };
    return {
      todo: 'run',
      text: `drop index concurrently ${ifExists ? 'if exists ' : ''}${quoteName(meant)}`,
    };
  }
  // Of what is not there nothing can be begun, so a rerun must not take its absence for its own work.
  return meant ? { todo: 'run', remember: JSON.stringify(meant) } : { todo: 'run unclaimed' };
}

async function prepareDetach(
  session: Session,
  target: Extract<AloneTarget, { readonly command: 'detach partition' }>,
  wasStarted: boolean,
): Promise<Preparation> {
  const link = await findLink(session, target);
  if (!link) return { todo: wasStarted ? 'nothing' : 'run' };
  return link.pending ? { todo: 'run', text: finalizeDetach(target) } : { todo: 'run' };
}
