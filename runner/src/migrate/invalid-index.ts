import { setTimeout as sleep } from 'node:timers/promises';
import type { Session } from '../database/session';
import { GateError } from '../errors/gate-error';
import type { ConcurrentIndex } from '../sql/classify-statement';
import { quoteIdentifier } from '../sql/quote';
import type { PlannedMigration } from './unit';

/** An index as CREATE INDEX CONCURRENTLY names it. */
export type NamedIndex = ConcurrentIndex & { readonly name: string };

interface FoundIndex {
  readonly schema: string;
  readonly valid: boolean;
  /** Of a plain table or a leaf partition; one that was made ON ONLY a partitioned table is invalid on purpose. */
  readonly ordinary: boolean;
  readonly building: boolean;
}

const BUILD_POLL_MS = 1000;

/**
 * Clears the way for a concurrent build: an invalid index of just that name, on a plain table or leaf partition and
 * built by nobody, is what an interrupted attempt left behind, and is dropped. One that somebody builds right now is
 * waited for. IF NOT EXISTS would be content with either.
 *
 * @returns whether the index is there and valid, so that nothing is left to do.
 * @throws GateError (75) when the other build does not end within `wait` milliseconds.
 */
export async function removeInvalidIndex(
  session: Session,
  index: NamedIndex,
  wait: number,
  signal: AbortSignal,
): Promise<'valid' | 'absent'> {
  const deadline = Date.now() + wait;
  for (;;) {
    const found = await findIndex(session, index);
    if (!found) return 'absent';
    if (found.valid) return 'valid';
    if (!found.building) {
      if (found.ordinary) await dropIndex(session, found.schema, index.name);
      return 'absent';
    }
    if (Date.now() > deadline) {
      throw new GateError('TRY_AGAIN', `another session is still building the index ${index.name}`, {
        remedy: 'run again when it has ended',
      });
    }
    await sleep(BUILD_POLL_MS, undefined, { signal }).catch(() => {
      throw new GateError('TRY_AGAIN', 'interrupted while waiting for the build of an index');
    });
  }
}

/** @throws GateError (82) when the index that a statement should have made is there but invalid. */
export async function assertIndexValid(
  session: Session,
  index: NamedIndex,
  migration: string,
): Promise<void> {
  const found = await findIndex(session, index);
  if (found && !found.valid && found.ordinary) throw invalidIndex(index.name, migration);
}

async function findIndex(
  session: Session,
  { name, schema, table }: NamedIndex,
): Promise<FoundIndex | undefined> {
  const qualified = `${schema ? `${quoteIdentifier(schema)}.` : ''}${quoteIdentifier(table)}`;
  const [index] = await session.query<FoundIndex & Record<string, unknown>>(
    `select n.nspname as schema, i.indisvalid as valid, t.relkind = 'r' as ordinary,
            exists (select from pg_stat_progress_create_index p where p.index_relid = i.indexrelid) as building
       from pg_index i
       join pg_class c on c.oid = i.indexrelid
       join pg_class t on t.oid = i.indrelid
       join pg_namespace n on n.oid = c.relnamespace
      where c.relname = $1 and i.indrelid = to_regclass($2)`,
    [name, qualified],
  );
  return index;
}

async function dropIndex(session: Session, schema: string, name: string): Promise<void> {
  // A concurrent drop that is cut off leaves the index as invalid as it was, and blocks nobody while it waits.
  await session.execute('set lock_timeout = 0');
  await session.execute(
    `drop index concurrently if exists ${quoteIdentifier(schema)}.${quoteIdentifier(name)}`,
  );
}

/** The name in CREATE INDEX IF NOT EXISTS, which the grammar allows only unqualified. */
const IF_NOT_EXISTS =
  /^create\s+(?:unique\s+)?index\s+if\s+not\s+exists\s+(?:"((?:[^"]|"")+)"|([\w$\u0080-\uFFFF]+))/i;

/**
 * Looks, after a migration's statements, whether an index that IF NOT EXISTS was content with is invalid: then the
 * migration would count as applied without its index.
 *
 * @throws GateError (82)
 */
export async function assertIndexesValid(
  session: Session,
  { migration, statements }: PlannedMigration,
): Promise<void> {
  const names = statements.flatMap(({ text }) => {
    const [, quoted, plain] = IF_NOT_EXISTS.exec(text.slice(0, 500)) ?? [];
    return quoted?.replaceAll('""', '"') ?? plain?.toLowerCase() ?? [];
  });
  if (names.length === 0) return;
  const [invalid] = await session.query<{ name: string }>(
    `select c.relname as name from pg_index i
       join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
      where not i.indisvalid and t.relkind = 'r' and pg_table_is_visible(c.oid)
        and c.relname in (select jsonb_array_elements_text($1::text::jsonb))`,
    [JSON.stringify(names)],
  );
  if (invalid) throw invalidIndex(invalid.name, migration.tag);
}

function invalidIndex(name: string, migration: string): GateError {
  return new GateError(
    'MIGRATION_FAILED',
    `${migration}: the index ${name} is there but invalid, so IF NOT EXISTS did not build it`,
    { remedy: `drop it (DROP INDEX CONCURRENTLY ${quoteIdentifier(name)}) and run again`, migration },
  );
}
