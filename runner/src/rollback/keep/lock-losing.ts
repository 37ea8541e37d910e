import type { Session } from '../../database/session';
import { GateError } from '../../errors/gate-error';
import { isServerError } from '../../errors/server-error';
import { SqlState } from '../../errors/sqlstate';
import { quoteName } from '../../sql/quote';
import type { Loss } from '../losses/loss';
import { findLockObstacles } from './find-obstacles';
import { keepError } from './keep-error';
import { type LosingTable, readLosingTables, withoutCovered } from './losing-tables';

interface Lock {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  /** Without what lies below it. */
  readonly isOnly: boolean;
  /** From the top of the partitions down, as the application takes its locks; then by oid. */
  readonly order: readonly number[];
}

/**
 * Locks every table that loses data against everybody, in the order of their oids, so that what is counted and copied
 * from now on is all there is. A partitioned table is locked with its partitions; where a partition alone is dropped,
 * the table above it comes first, because DROP locks it too.
 *
 * It belongs into the open transaction, and into a lock budget.
 *
 * @throws GateError: 77 without the privilege; 75 when a table was renamed or dropped meanwhile.
 */
export async function lockLosing(session: Session, losses: readonly Loss[]): Promise<void> {
  const named = (await readLosingTables(session, losses)).filter(({ isNamed }) => isNamed);
  const tables = withoutCovered(named);
  if (tables.length === 0) return;
  await assertLockable(session, tables);
  const locks = [...(await parentsOf(session, tables)), ...tables.map(lockOf)].sort(byOrder);
  const names = locks.map((lock) => `${lock.isOnly ? 'only ' : ''}${quoteName(lock)}`);
  try {
    await session.execute(`lock table ${names.join(', ')} in access exclusive mode`);
  } catch (error) {
    if (isServerError(error) && error.code === SqlState.UNDEFINED_TABLE) throw movedMeanwhile(error);
    throw keepError(error, CANT_LOCK);
  }
  await assertSame(session, locks);
}

const CANT_LOCK = 'the tables that lose data can not be locked';

/** The server names only the first table, and nobody whose it is. */
async function assertLockable(session: Session, tables: readonly LosingTable[]): Promise<void> {
  const obstacles = await findLockObstacles(session, tables);
  if (obstacles.length === 0) return;
  const [messages, remedies] = [
    obstacles.map(({ message }) => message),
    obstacles.map(({ remedy }) => remedy),
  ];
  throw new GateError('ACCESS', `${CANT_LOCK}, so nothing was changed: ${messages.join('; ')}`, {
    remedy: [...new Set(remedies)].join('; '),
  });
}

function lockOf({ oid, schema, name, ancestors }: LosingTable): Lock {
  return { oid, schema, name, isOnly: false, order: [...ancestors.toReversed(), oid] };
}

/** The tables right above partitions that are dropped alone. One that this role may not lock is left to DROP. */
async function parentsOf(session: Session, tables: readonly LosingTable[]): Promise<Lock[]> {
  const parents = new Map<number, readonly number[]>();
  for (const { isDropped, ancestors } of tables) {
    const [parent] = ancestors;
    const isLocked = tables.some(({ oid }) => ancestors.includes(oid));
    if (isDropped && parent !== undefined && !isLocked) parents.set(parent, ancestors.toReversed());
  }
  if (parents.size === 0) return [];
  const rows = await session.query<{ oid: number; schema: string; name: string }>(
    `select c.oid::bigint::float8 as oid, n.nspname as schema, c.relname as name
       from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where c.oid = any (pg_catalog.string_to_array($1, ',')::oid[])
        and pg_catalog.has_schema_privilege(n.oid, 'USAGE')
        and pg_catalog.has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE')`,
    [[...parents.keys()].join(',')],
  );
  return rows.map((row) => ({ ...row, isOnly: true, order: parents.get(row.oid) ?? [row.oid] }));
}

function byOrder(a: Lock, b: Lock): number {
  const at = a.order.findIndex((oid, level) => oid !== b.order[level]);
  if (at < 0) return a.order.length - b.order.length;
  return b.order[at] === undefined ? 1 : (a.order[at] ?? 0) - (b.order[at] ?? 0);
}

/** The names were read before the locks were held. */
async function assertSame(session: Session, locks: readonly Lock[]): Promise<void> {
  const [row] = await session.query<{ same: boolean }>(
    `select bool_and(pg_catalog.to_regclass(l.name) is not distinct from l.oid::regclass) as same
       from pg_catalog.jsonb_to_recordset($1::text::jsonb) as l (oid oid, name text)`,
    [JSON.stringify(locks.map((lock) => ({ oid: lock.oid, name: quoteName(lock) })))],
  );
  if (!row?.same) throw movedMeanwhile();
}

function movedMeanwhile(cause?: unknown): GateError {
  return new GateError('TRY_AGAIN', 'a table that loses data was renamed or dropped meanwhile', {
    remedy: 'run again; the plan is made anew',
    cause,
  });
}
