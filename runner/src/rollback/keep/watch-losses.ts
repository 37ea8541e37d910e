import type { Session } from '../../database/session';
import { GateError } from '../../errors/gate-error';
import { plural } from '../../report/plural';
import { quoteName } from '../../sql/quote';
import type { Loss } from '../losses/loss';
import { REMOVED, type SeenTable } from './see-tables';

export { seeTables } from './see-tables';

interface Now {
  readonly oid: number;
  readonly file: number;
  readonly bytes: number;
  readonly columns: string;
  readonly removed: number;
}

/**
 * Compares the database, after the scripts ran and before their commit, with what was there: a table or column with
 * data that is gone must stand in the plan, whatever took it; so must deleted rows, also those that a trigger or a function
 * deleted. What was made again under the same name is gone too; what was only renamed or moved is not.
 *
 * @throws GateError (83) naming what a DO block, dynamic SQL or a function destroyed beyond the plan.
 */
export async function assertOnlyPlanned(
  session: Session,
  seen: readonly SeenTable[],
  losses: readonly Loss[],
): Promise<void> {
  const mayHaveRows = seen.filter(({ hasRows }) => hasRows !== false);
  const now = await readNow(session, seen);
  const removed = removedByRoot(seen, now);
  const lost = mayHaveRows.flatMap((table) =>
    lostOf(table, now.get(table.oid), losses, (removed.get(table.root) ?? 0) > 0),
  );
  if (lost.length === 0) return;
  throw new GateError(
    'NO_ROLLBACK',
    `the scripts destroy ${plural(lost.length, 'thing')} with data that the plan could not see, so nothing was changed: ${lost.join(', ')}`,
    {
      remedy:
        'write what destroys it (DROP, TRUNCATE, DELETE) as a statement of its own, not in a DO block, a function, a trigger or dynamic SQL, so that the plan counts it',
    },
  );
}

async function readNow(session: Session, seen: readonly SeenTable[]): Promise<Map<number, Now>> {
  const rows = await session.query<Now>(
    `select c.oid::bigint::float8 as oid, c.relfilenode::bigint::float8 as file,
            case when c.relfilenode <> s.file then pg_catalog.pg_relation_size(c.oid) else -1 end::float8 as bytes,
            (select coalesce(jsonb_agg(a.attnum), '[]') from pg_catalog.pg_attribute a
              where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped)::text as columns, ${REMOVED} as removed
       from pg_catalog.jsonb_to_recordset($1::text::jsonb) as s (oid oid, file oid)
       join pg_catalog.pg_class c on c.oid = s.oid`,
    [JSON.stringify(seen.map(({ oid, file }) => ({ oid, file })))],
  );
  return new Map(rows.map((row) => [row.oid, row]));
}

/** Rows that are fewer, by the root of the partitions: what only moved from one to another is still there. */
function removedByRoot(seen: readonly SeenTable[], now: ReadonlyMap<number, Now>): Map<number, number> {
  const removed = new Map<number, number>();
  for (const { oid, root, removed: before } of seen) {
    const difference = (now.get(oid)?.removed ?? before) - before;
    removed.set(root, (removed.get(root) ?? 0) + difference);
  }
  return removed;
}

function lostOf(
  table: SeenTable,
  now: Now | undefined,
  losses: readonly Loss[],
  hasFewerRows: boolean,
): string[] {
  const ours = losses.filter(
    (loss) => loss.table && [table.oid, ...table.above].includes(loss.table.oid) && loss.kind !== 'object',
  );
  const isPlanned = (...kinds: Loss['kind'][]) => ours.some(({ kind }) => kinds.includes(kind));
  const name = quoteName(table);
  if (!now) return isPlanned('table') ? [] : [`table ${name}`];
  const left = new Set(JSON.parse(now.columns) as number[]);
  const gone = [...table.columns].filter(
    ([number, column]) => !left.has(number) && !ours.some((loss) => loss.column === column),
  );
  const isEmptied = now.file !== table.file && now.bytes === 0 && table.hasRows === true;
  const isDeletedFrom = hasFewerRows && now.removed > table.removed;
  const rows = isEmptied ? [`all rows of ${name}`] : isDeletedFrom ? [`rows of ${name}`] : [];
  return [
    ...(isPlanned('table') ? [] : gone.map(([, column]) => `column ${name}."${column}"`)),
    ...(isPlanned('table', 'rows') ? [] : rows),
  ];
}
