import { historyTable } from '../../database/history-table';
import type { Session } from '../../database/session';
import { GateError } from '../../errors/gate-error';
import { type KeptRollback, noteCopy } from '../../kept/kept-index';
import { type KeptCopy, keptName } from '../../kept/kept-schema';
import { plural } from '../../report/plural';
import { showBytes } from '../../report/show-bytes';
import type { DatabaseContext } from '../../run-context';
import type { RollbackPlan } from '../plan';
import { assertWithinLimit } from './assert-limit';
import { copyNames } from './copy-names';
import { copiedColumns, copiedRows, copySql } from './copy-rows';
import { keepError } from './keep-error';
import { readLosingTables, withoutCovered } from './losing-tables';
import { closeSchema, makeKeptSchema } from './make-schema';
import { describeSource, estimateBytes, type Measured } from './measure';
import { readSource, type Source } from './read-source';

export interface KeptTable {
  /** The copy's name in the schema of what is kept. */
  readonly copy: string;
  /** Where the rows come from. */
  readonly schema: string;
  readonly table: string;
  /** The columns that are lost; empty where the whole rows are. */
  readonly columns: readonly string[];
  readonly rows: number;
  readonly bytes: number;
}

/** Where the copies of a rollback are. */
export interface Kept {
  readonly schema: string;
  readonly tables: readonly KeptTable[];
}

export type KeepPlan = Pick<RollbackPlan, 'losses' | 'members' | 'target'>;

export interface KeepContext extends DatabaseContext {
  /** The row of the run in the database's record of runs. */
  readonly runId?: string | undefined;
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
  const { reporter, settings } = context;
  // Where a policy would hide rows, the query fails instead.
  await session.execute('set local row_security = off');
  const sources = await readSources(session, plan);
  const isDiscarded = settings.rollback.keep === 'discard';
  if (sources.length > 0 && isDiscarded) {
    reporter.warn(
      'rows_not_kept',
      `WARNING: ROLLBACK_KEEP is discard: nothing is copied of ${plural(sources.length, 'thing')} with data, and nothing but a backup brings it back`,
      { detail: sources.map((source) => `- ${describeSource(source)}`).join('\n') },
    );
  }
  const kept =
    sources.length > 0 && !isDiscarded ? await copyAll(session, sources, plan, context) : undefined;
  await session.execute('set local row_security to default');
  return kept;
}

async function readSources(session: Session, { losses }: KeepPlan): Promise<Source[]> {
  const found: Source[] = [];
  for (const table of withoutCovered(await readLosingTables(session, losses))) {
    const source = await readSource(session, table);
    if (!source) continue;
    const [row] = await guarded(source, () =>
      session.query<{ there: boolean }>(`select exists (select ${copiedRows(source)}) as there`),
    );
    if (row?.there) found.push(source);
  }
  return found;
}

async function copyAll(
  session: Session,
  sources: readonly Source[],
  plan: KeepPlan,
  context: KeepContext,
): Promise<Kept> {
  const { rollback } = context.settings;
  const expected: Measured[] = [];
  for (const source of sources) expected.push({ source, bytes: await estimateBytes(session, source) });
  assertWithinLimit(expected, rollback, 'would take');
  const schema = await makeKeptSchema(session);
  const names = copyNames(sources.map(({ table }) => table.name));
  const tables: KeptTable[] = [];
  const measured: Measured[] = [];
  for (const [place, source] of sources.entries()) {
    const kept = await copyOne(session, source, { schema, copy: names[place] ?? source.table.name });
    await noteCopy(session, schema, copyOf(source, kept, plan), rollbackOf(plan, context));
    tables.push(kept);
    measured.push({ source, bytes: kept.bytes });
  }
  assertWithinLimit(measured, rollback, 'take');
  await closeSchema(session, schema);
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
            `- ${describeSource(source)}: ${plural(tables[place]?.rows ?? 0, 'row')}, ${showBytes(bytes)}`,
        )
        .join('\n'),
    },
  );
  return { schema, tables };
}

/** The table is locked, so a difference is a fault, and the rows are worth more than the rollback. */
async function copyOne(
  session: Session,
  source: Source,
  { schema, copy }: { readonly schema: string; readonly copy: string },
): Promise<KeptTable> {
  const { table, lost } = source;
  const name = keptName(schema, copy);
  const [counted] = await guarded(source, async () => {
    await session.execute(copySql(source, schema, copy));
    return session.query<{ there: string; copied: string; bytes: number }>(
      `select (select count(*) ${copiedRows(source)})::text as there, (select count(*) from ${name})::text as copied,
              pg_catalog.pg_table_size($1::text::regclass)::float8 as bytes`,
      [name],
    );
  });
  const { there = '', copied = '', bytes = 0 } = counted ?? {};
  if (there !== copied) {
    throw new GateError(
      'INTERNAL',
      `${describeSource(source)} has ${there} rows to keep, but ${copied} were copied, so nothing was changed`,
      { remedy: 'look for an event trigger that changes new tables, and report this with the log' },
    );
  }
  const columns = table.isWhole ? [] : lost.map(({ name: column }) => column);
  return { copy, schema: table.schema, table: table.name, columns, rows: Number(copied), bytes };
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

function rollbackOf({ members, target }: KeepPlan, { settings, runId }: KeepContext): KeptRollback {
  return {
    target: target?.tag ?? null,
    undone: members.map(({ tag }) => tag),
    history: historyTable(settings.migrations),
    runId: runId ?? null,
  };
}

function guarded<T>(source: Source, use: () => Promise<T>): Promise<T> {
  return use().catch((error: unknown) => {
    const table = quoteTable(source);
    throw keepError(error, `${describeSource(source)} can not be kept`, {
      access: `GRANT SELECT ON TABLE ${table} to the role that rolls back, or lose the rows with ROLLBACK_KEEP=discard`,
      hidden: `row-level security hides rows from this role: let a role with BYPASSRLS roll back, run ALTER TABLE ${table} NO FORCE ROW LEVEL SECURITY for the time, or lose the rows with ROLLBACK_KEEP=discard`,
    });
  });
}

function quoteTable({ table }: Source): string {
  return keptName(table.schema, table.name);
}
