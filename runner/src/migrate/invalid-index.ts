import { setTimeout as sleep } from 'node:timers/promises';
import type { Session } from '../database/session';
import { GateError } from '../errors/gate-error';
import { type BlockingSession, readSessionsOf } from '../observe/blockers';
import { every, renderBlockers, reportWaits } from '../observe/waiting';
import type { Reporter } from '../report/reporter';
import type { ConcurrentIndex } from '../sql/classify-statement';
import { relationName } from '../sql/node-values';
import { parseStatement } from '../sql/parse';
import { quoteName } from '../sql/quote';
import type { ClassifiedStatement } from '../sql/script-statements';
import type { ScriptContext } from './script-context';
import type { PlannedScript } from './unit';
import { withoutLockTimeout } from './without-lock-timeout';

/** An index as CREATE INDEX CONCURRENTLY names it. */
export type NamedIndex = ConcurrentIndex & { readonly name: string };

interface FoundIndex {
  readonly schema: string;
  readonly valid: boolean;
  /** Of a plain table, a leaf partition or a materialized view; one that was made ON ONLY a partitioned table is invalid on purpose. */
  readonly ordinary: boolean;
  /** Process ids of those who may be building it, separated by commas. */
  readonly workers: string | null;
}

/**
 * Who may be building an index of the table of `pg_index i`. Told by the lock on the table: which index another role
 * builds, a role that is no superuser can't see. To drop an index while its table is worked on so would deadlock, and
 * could end the other's work; VACUUM and ANALYZE only delay the drop.
 */
const WORKERS = `
    from pg_locks l
   where l.relation = i.indrelid and l.mode = 'ShareUpdateExclusiveLock' and l.granted
     and l.database = (select oid from pg_database where datname = current_database())
     and l.pid <> pg_backend_pid()
     and l.pid not in (select pid from pg_stat_progress_vacuum)
     and l.pid not in (select pid from pg_stat_progress_analyze)`;

export const IS_WORKED_ON = `exists (select ${WORKERS})`;

const BUILD_POLL_MS = 1000;
const TOLD_EVERY_MS = 5000;

/**
 * Clears the way for a concurrent build: an invalid index of just that name, on a plain table or leaf partition and
 * built by nobody, is what an interrupted attempt left behind, and is dropped. One that somebody builds right now is
 * waited for. IF NOT EXISTS would be content with either.
 *
 * @returns whether the index is there and valid, so that nothing is left to do.
 * @throws GateError (75) naming who holds the lock of a build longer than LOCK_WAIT_SECONDS.
 */
export async function removeInvalidIndex(
  index: NamedIndex,
  migration: string,
  context: ScriptContext,
): Promise<'valid' | 'absent'> {
  const { session, settings, signal, reporter } = context;
  const began = Date.now();
  const isTime = every(TOLD_EVERY_MS);
  for (;;) {
    const found = await findIndex(session, index);
    if (!found) return 'absent';
    if (found.valid) return 'valid';
    if (found.workers === null) {
      if (!found.ordinary) return 'absent';
      if (await dropIndex(index, migration, context)) return 'absent';
      continue;
    }
    const waited = Date.now() - began;
    const isOver = waited > settings.limits.lockWait;
    if (isOver || isTime()) {
      const holders = await readSessionsOf(session, found.workers);
      if (isOver) throw stillHeld(index, holders, migration);
      reportHolders(index, holders, { migration, waited }, reporter);
    }
    await sleep(BUILD_POLL_MS, undefined, { signal }).catch(() => {
      throw new GateError('TRY_AGAIN', 'interrupted while waiting for the build of an index');
    });
  }
}

/** An idle transaction that analyzed the table has the same lock as a build. */
function held(index: NamedIndex, holders: readonly BlockingSession[]): string {
  return `the index ${index.name} is invalid and not dropped, because it may be being built: ${renderBlockers(holders)} ${holders.length === 1 ? 'holds' : 'hold'} a lock on the table that a build would hold`;
}

function stillHeld(index: NamedIndex, holders: readonly BlockingSession[], migration: string): GateError {
  return new GateError('TRY_AGAIN', held(index, holders), {
    ...{ migration, remedy: 'run again when that transaction has ended; end it if it is forgotten' },
  });
}

function reportHolders(
  index: NamedIndex,
  holders: readonly BlockingSession[],
  { migration, waited }: { readonly migration: string; readonly waited: number },
  reporter: Reporter,
): void {
  reporter.info('statement_waiting', held(index, holders), {
    ...{ migration, waited_ms: waited, waiting_for_pids: holders.map(({ pid }) => pid) },
    remedy: 'end the transaction if it is forgotten',
  });
}

/** @throws GateError (82) when the index that a statement should have made is there but invalid. */
export async function assertIndexValid(
  session: Session,
  index: NamedIndex,
  migration: string,
): Promise<void> {
  const found = await findIndex(session, index);
  if (found && !found.valid && found.ordinary) throw invalidIndex(found.schema, index.name, migration);
}

/** Whether a build that failed has left its index behind; there was none of the kind before it. */
export async function isIndexLeftInvalid(session: Session, index: NamedIndex): Promise<boolean> {
  const found = await findIndex(session, index);
  return found !== undefined && !found.valid && found.ordinary;
}

async function findIndex(
  session: Session,
  { name, schema, table }: NamedIndex,
): Promise<FoundIndex | undefined> {
  const [index] = await session.query<FoundIndex & Record<string, unknown>>(
    `select n.nspname as schema, i.indisvalid as valid, t.relkind in ('r', 'm') as ordinary,
            (select string_agg(distinct l.pid::text, ',') ${WORKERS}) as workers
       from pg_index i
       join pg_class c on c.oid = i.indexrelid
       join pg_class t on t.oid = i.indrelid
       join pg_namespace n on n.oid = c.relnamespace
      where c.relname = $1 and i.indrelid = to_regclass($2)`,
    [name, quoteName({ schema, name: table })],
  );
  return index;
}

/** Drops the index if it is still there, invalid, and built by nobody; false when that has changed. */
async function dropIndex(index: NamedIndex, migration: string, context: ScriptContext): Promise<boolean> {
  const found = await findIndex(context.session, index);
  if (!found || found.valid || found.workers !== null) return false;
  await dropConcurrently({ schema: found.schema, name: index.name }, migration, context);
  return true;
}

/** Cut off, it leaves the index as invalid as it was. */
export async function dropConcurrently(
  index: { readonly schema: string; readonly name: string },
  migration: string,
  { session, observer }: ScriptContext,
): Promise<void> {
  const pid = session.backendPid;
  const waiting = { what: `the drop of the invalid index ${index.name}`, migration };
  await withoutLockTimeout(session, () =>
    observer.during({ pid, look: reportWaits(pid, waiting, observer) }, () =>
      session.execute(`drop index concurrently if exists ${quoteName(index)}`),
    ),
  );
}

/**
 * Looks, after a statement, whether an index that IF NOT EXISTS was content with is invalid: then the migration would
 * count as applied without its index.
 *
 * @throws GateError (82)
 */
export async function assertStatementIndexValid(
  session: Session,
  { text }: Pick<ClassifiedStatement, 'text'>,
  migration: string,
): Promise<void> {
  const index = await indexIfNotExists(text);
  if (index) await assertIndexValid(session, index, migration);
}

/** The same for all statements of a migration. */
export async function assertIndexesValid(
  session: Session,
  { migration, statements }: PlannedScript,
): Promise<void> {
  const found = statements.filter(mayBeContent);
  if (found.length === 0) return;
  // Nearly always there is none in the whole database, and nothing more to ask.
  const [row] = await session.query<{ any: boolean }>(
    'select exists (select from pg_catalog.pg_index where not indisvalid) as any',
  );
  if (!row?.any) return;
  for (const statement of found) await assertStatementIndexValid(session, statement, migration.tag);
}

const GAP = String.raw`(?:\s|--[^\n]*\n|/\*[\s\S]*?\*/)+`;
const IF_NOT_EXISTS = new RegExp(
  `^create${GAP}(?:unique${GAP})?index${GAP}(?:concurrently${GAP})?if${GAP}not${GAP}exists`,
  'i',
);

function isIfNotExists(text: string): boolean {
  const beginning = text.slice(0, 2000);
  // Nearly no statement has the word, and it is found much sooner than all that can stand before it.
  return /\bexists\b/i.test(beginning) && IF_NOT_EXISTS.test(beginning);
}

/** Whether a statement may be content with an invalid index, so that {@link assertIndexesValid} must look. */
export function mayBeContent({ text }: Pick<ClassifiedStatement, 'text'>): boolean {
  return isIfNotExists(text);
}

/** The parser is asked only where it must know more than the first words. */
async function indexIfNotExists(text: string): Promise<NamedIndex | undefined> {
  if (!isIfNotExists(text)) return undefined;
  const node = await parseStatement(text);
  if (!node || !('IndexStmt' in node)) return undefined;
  const { idxname, relation } = node.IndexStmt;
  if (idxname === undefined || !relation) return undefined;
  const { schema, name: table } = relationName(relation);
  return { name: idxname, schema, table };
}

function invalidIndex(schema: string, name: string, migration: string): GateError {
  return new GateError(
    'MIGRATION_FAILED',
    `${migration}: the index ${name} is there but invalid, so IF NOT EXISTS did not build it`,
    {
      remedy: `drop it (DROP INDEX CONCURRENTLY ${quoteName({ schema, name })}) and run again`,
      migration,
    },
  );
}
