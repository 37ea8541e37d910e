import { historyTable } from '../../database/history-table';
import type { Session } from '../../database/session';
import { type KeptRollback, noteCopy } from '../../kept/kept-index';
import type { KeptCopy } from '../../kept/kept-schema';
import { renderBytes } from '../../report/bytes';
import { plural } from '../../report/plural';
import type { DatabaseContext } from '../../run-context';
import type { RollbackPlan } from '../plan';
import { assertWithinLimit } from './assert-limit';
import { copyNames } from './copy-names';
import { copiedColumns } from './copy-rows';
import { copyTable, hasRows, type KeptTable } from './copy-table';
import { readLosingTables, withoutCovered } from './losing-tables';
import { closeSchema, makeKeptSchema } from './make-schema';
import { describeSource, estimateBytes, type Measured } from './measure';
import { readSource, type Source } from './read-source';
import { warnOfPublications } from './warn-of-publications';

export type { KeptTable } from './copy-table';

/** Where the copies of a rollback are. */
export interface Kept {
  readonly schema: string;
  readonly tables: readonly KeptTable[];
}

export type KeepPlan = Pick<RollbackPlan, 'losses' | 'members' | 'target'>;

export interface KeepContext extends DatabaseContext {
  /** Its row in the database's record of runs; absent where the run is not recorded. */
  readonly recordedRunId?: string | undefined;
}

/**
 * Copies what the scripts are about to destroy into a schema of its own: rows of dropped and truncated tables, values
 * of dropped columns with the key of their rows. The tables must be locked ({@link lockLosing}); the copies come with
 * the commit of the open transaction, or not at all. What is kept depends on nothing that a script could drop.
 *
 * @returns undefined when nothing is kept: nothing is there, or ROLLBACK_KEEP is `discard`.
 * @throws GateError: 85 when it is more than ROLLBACK_KEEP_LIMIT_MB; 77 without a privilege, or where row-level security
 *   hides rows; 70 when a copy is not complete.
 */
export async function keepLosses(
  session: Session,
  plan: KeepPlan,
  context: KeepContext,
): Promise<Kept | undefined> {
  // Where a policy would hide rows, the query fails instead.
  await session.execute('set local row_security = off');
  const kept =
    context.settings.rollback.keep === 'discard'
      ? await sayDiscarded(session, plan, context)
      : await copyAll(session, await withRows(session, await readSources(session, plan)), plan, context);
  await session.execute('set local row_security to default');
  return kept;
}

/** Looks at no table: the role may lose what it may not read. */
async function sayDiscarded(session: Session, plan: KeepPlan, { reporter }: KeepContext): Promise<undefined> {
  const sources = await readSources(session, plan);
  if (sources.length === 0) return undefined;
  reporter.warn(
    'rows_not_kept',
    `WARNING: ROLLBACK_KEEP is discard: of ${plural(sources.length, 'table')} nothing is copied, and nothing but a backup brings back what is lost`,
    { detail: sources.map((source) => `- ${describeSource(source)}`).join('\n') },
  );
  return undefined;
}

async function readSources(session: Session, { losses }: KeepPlan): Promise<Source[]> {
  const sources: Source[] = [];
  for (const table of withoutCovered(await readLosingTables(session, losses))) {
    const source = await readSource(session, table);
    if (source) sources.push(source);
  }
  return sources;
}

async function withRows(session: Session, sources: readonly Source[]): Promise<Source[]> {
  const found: Source[] = [];
  for (const source of sources) if (await hasRows(session, source)) found.push(source);
  return found;
}

async function copyAll(
  session: Session,
  sources: readonly Source[],
  plan: KeepPlan,
  context: KeepContext,
): Promise<Kept | undefined> {
  if (sources.length === 0) return undefined;
  const expected: Measured[] = [];
  for (const source of sources) expected.push({ source, bytes: await estimateBytes(session, source) });
  assertWithinLimit(expected, context, 'would take');
  const schema = await makeKeptSchema(session);
  const names = copyNames(sources.map(({ table }) => table.name));
  const tables: KeptTable[] = [];
  const measured: Measured[] = [];
  for (const [place, source] of sources.entries()) {
    const kept = await copyTable(session, source, { schema, copy: names[place] ?? source.table.name });
    await noteCopy(session, schema, copyOf(source, kept, plan), rollbackOf(plan, context));
    tables.push(kept);
    measured.push({ source, bytes: kept.bytes });
  }
  assertWithinLimit(measured, context, 'take');
  await closeSchema(session, schema);
  await warnOfPublications(session, schema, context);
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  context.reporter.info(
    'rows_kept',
    `copied ${plural(rows, 'row')} of what is lost into schema ${schema}; not yet committed`,
    {
      schema,
      tables,
      detail: measured
        .map(
          ({ source, bytes }, place) =>
            `- ${describeSource(source)}: ${plural(tables[place]?.rows ?? 0, 'row')}, ${renderBytes(bytes)}`,
        )
        .join('\n'),
    },
  );
  return { schema, tables };
}

function copyOf(source: Source, { copy, rows }: KeptTable, { members }: KeepPlan): KeptCopy {
  const { table, lost, key, sequences } = source;
  const columns = copiedColumns(source).map(({ name, type, isText, isGenerated }) => ({
    ...{ name, type, isText, isGenerated },
  }));
  const migrations = members
    .filter(({ tag }) => table.migrations.includes(tag))
    .map(({ tag, hash, when }) => ({ tag, hash, when }));
  return {
    ...{ copy, schema: table.schema, table: table.name, isWhole: table.isWhole },
    ...{ columns, lost, key, sequences, migrations, rows },
  };
}

function rollbackOf({ members, target }: KeepPlan, { settings, recordedRunId }: KeepContext): KeptRollback {
  return {
    target: target?.tag ?? null,
    undone: members.map(({ tag }) => tag),
    history: historyTable(settings.migrations),
    runId: recordedRunId ?? null,
  };
}
