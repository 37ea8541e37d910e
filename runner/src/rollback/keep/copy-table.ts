import type { Session } from '../../database/session';
import { GateError } from '../../errors/gate-error';
import { keptName } from '../../kept/kept-schema';
import { quoteName } from '../../sql/quote';
import { copiedRows, copySql } from './copy-rows';
import { keepError } from './keep-error';
import { describeSource } from './measure';
import type { Source } from './read-source';

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

/** Whether there is anything to copy. */
export async function hasRows(session: Session, source: Source): Promise<boolean> {
  const [row] = await guarded(source, () =>
    session.query<{ there: boolean }>(`select exists (select ${copiedRows(source)}) as there`),
  );
  return row?.there === true;
}

/**
 * Copies the rows and counts both sides. The table is locked, so a difference is a fault, and the rows are worth more
 * than the rollback.
 *
 * @throws GateError (70) when the copy is not complete.
 */
export async function copyTable(
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

function guarded<T>(source: Source, use: () => Promise<T>): Promise<T> {
  return use().catch((error: unknown) => {
    const table = quoteName(source.table);
    throw keepError(error, `${describeSource(source)} can not be kept`, {
      access: `GRANT SELECT ON TABLE ${table} to the role that rolls back, or lose the rows with ROLLBACK_KEEP=discard`,
      hidden: `row-level security hides rows from this role: let a role with BYPASSRLS roll back, run ALTER TABLE ${table} NO FORCE ROW LEVEL SECURITY for the time, or lose the rows with ROLLBACK_KEEP=discard`,
    });
  });
}
