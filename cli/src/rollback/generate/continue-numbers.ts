import type { FactBase } from '@supabase/pg-delta/core';
import { quoteIdentifier } from '../../../../runner/src/sql/quote';
import { type ColumnId, isColumn, literal, ownerOf, qualified } from './fact-names';
import { type Step, step } from './step';

/** What a sequence is made with, in the words of pg-delta. */
interface Numbering {
  readonly increment: string;
  readonly start: string;
  readonly minValue: string;
  readonly maxValue: string;
}

const NUMBERS = /^(?:smallint|integer|bigint)$/;

/**
 * Lets each sequence that a script makes anew for a column go on where the rows of its table end. It would begin at the
 * beginning, and the next INSERT meet a key that is taken.
 */
export function continueNumbers(from: FactBase, to: FactBase): Step[] {
  return to.facts().flatMap((fact) => {
    if (isColumn(fact)) {
      const { options } = (fact.payload.identity ?? {}) as { options?: Numbering };
      if (!options || from.get(fact.id)?.payload.identity != null) return [];
      const { schema, table, name } = fact.id;
      const sequence = `pg_get_serial_sequence(${literal(qualified(schema, table))}, ${literal(name)})`;
      return continueOne(sequence, fact.id, options, from, to);
    }
    if (fact.id.kind !== 'sequence' || from.has(fact.id)) return [];
    const owner = ownerOf(fact);
    if (!owner) return [];
    const { column: name, ...table } = owner;
    const sequence = literal(qualified(fact.id.schema, fact.id.name));
    return continueOne(
      sequence,
      { kind: 'column', ...table, name },
      fact.payload as unknown as Numbering,
      from,
      to,
    );
  });
}

function continueOne(
  sequence: string,
  id: ColumnId,
  { increment, start, minValue, maxValue }: Numbering,
  from: FactBase,
  to: FactBase,
): Step[] {
  // Only a column that is there already can have numbers.
  if (!from.has(id) || !NUMBERS.test(String(to.get(id)?.payload.type))) return [];
  const goesDown = increment.startsWith('-');
  const last = `${goesDown ? 'min' : 'max'}(${quoteIdentifier(id.name)})`;
  const range = goesDown ? `${minValue} AND ${start}` : `${start} AND ${maxValue}`;
  return [
    step(
      `SELECT setval(${sequence}, ${last}) FROM ${qualified(id.schema, id.table)} HAVING ${last} BETWEEN ${range}`,
      'Goes on where the rows end, so that no number comes twice.',
    ),
  ];
}
