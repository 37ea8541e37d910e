import type { Session } from '../../database/session';
import { quoteIdentifier } from '../../sql/quote';
import { COLUMN_SEQUENCES } from '../column-sequences';
import { onlyTableOf, type Target } from './read-target';

interface Sequence {
  readonly oid: number;
  readonly name: string;
  readonly column: string;
  readonly isWhole: boolean;
  readonly increment: string;
  readonly lowest: string;
  readonly highest: string;
}

const SEQUENCES = `
  select distinct s.seqrelid::bigint::float8 as oid, s.seqrelid::regclass::text as name, a.attname as column,
         a.atttypid in ('int2'::regtype, 'int4'::regtype, 'int8'::regtype) as "isWhole",
         s.seqincrement::text as increment, s.seqmin::text as lowest, s.seqmax::text as highest
    from pg_catalog.pg_attribute a
    join (${COLUMN_SEQUENCES}) u on u.rel = a.attrelid and u.number = a.attnum
    join pg_catalog.pg_sequence s on s.seqrelid = u.seq
   where a.attrelid = $1::text::oid
   order by 1, 3`;

/**
 * Moves the sequences of a table on, so that they give no value again that a row has or had: to where they were when
 * the rows were kept, and beyond the highest value of the column. Never back.
 *
 * @returns the names of those that were moved.
 */
export async function advanceSequences(session: Session, target: Target): Promise<string[]> {
  const moved: string[] = [];
  for (const sequence of await session.query<Sequence>(SEQUENCES, [String(target.oid)])) {
    const value = await nextLast(session, target, sequence);
    if (value === undefined) continue;
    await session.query('select pg_catalog.setval($1::text::oid::regclass, $2::text::bigint)', [
      String(sequence.oid),
      String(value),
    ]);
    moved.push(sequence.name);
  }
  return moved;
}

/** What the sequence shall have given last; undefined when it is there already. */
async function nextLast(session: Session, target: Target, sequence: Sequence): Promise<bigint | undefined> {
  const { name, column, isWhole, increment, lowest, highest } = sequence;
  const isRising = BigInt(increment) > 0n;
  const [row] = isWhole
    ? await session.query<{ value: string | null }>(
        `select ${isRising ? 'max' : 'min'}(t.${quoteIdentifier(column)})::text as value from ${onlyTableOf(target)} t`,
      )
    : [];
  const kept = target.copy.sequences.find((each) => each.column === column)?.last;
  const values = [row?.value, kept]
    .flatMap((value) => (value == null ? [] : [BigInt(value)]))
    .filter((value) => value >= BigInt(lowest) && value <= BigInt(highest));
  const furthest = values.reduce<bigint | undefined>(
    (best, value) => (best === undefined || (isRising ? value > best : value < best) ? value : best),
    undefined,
  );
  const [now] = await session.query<{ last: string; called: boolean }>(
    `select last_value::text as last, is_called as called from ${name}`,
  );
  if (furthest === undefined || !now) return undefined;
  const last = now.called ? BigInt(now.last) : BigInt(now.last) - BigInt(increment);
  return (isRising ? furthest > last : furthest < last) ? furthest : undefined;
}
