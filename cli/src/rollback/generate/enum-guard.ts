import type { Fact, FactBase, StableId } from '@supabase/pg-delta/core';
import { quoteIdentifier } from '../../../../runner/src/sql/quote';
import { doBlock } from './do-block';
import { type ColumnFact, isColumn, literal, qualified, shown, shownColumn } from './fact-names';
import { type Step, step } from './step';

export interface RemovedLabels {
  readonly schema: string;
  readonly name: string;
  readonly labels: readonly string[];
  readonly columns: readonly ColumnFact[];
}

/** The enums that lose values on the way from one state to another, with the columns whose rows can hold them. */
export function removedLabels(from: FactBase, to: FactBase): RemovedLabels[] {
  return to.facts().flatMap((fact) => {
    const old = from.get(fact.id);
    if (fact.id.kind !== 'type' || !old) return [];
    const kept = new Set(labelsOf(fact));
    const labels = labelsOf(old).filter((label) => !kept.has(label));
    if (labels.length === 0) return [];
    const columns = from
      .incomingEdges(fact.id)
      .map(({ from: id }) => from.get(id))
      .filter(isColumn)
      .filter(({ id }) => isStored(from, id) && to.has(id))
      .sort((a, b) => (shownColumn(a.id) < shownColumn(b.id) ? -1 : 1));
    return [{ schema: fact.id.schema, name: fact.id.name, labels, columns }];
  });
}

function labelsOf({ payload }: Fact): string[] {
  return payload.variant === 'enum' && Array.isArray(payload.values) ? payload.values.map(String) : [];
}

/** Partitions are read through the table that they belong to, views through theirs. */
function isStored(facts: FactBase, { schema, table }: ColumnFact['id']): boolean {
  const id: StableId = { kind: 'table', schema, name: table };
  return facts.has(id) && facts.get(id)?.payload.partitionBound == null;
}

/**
 * Stops a rollback in clear words when rows hold a value that the enum loses. To turn them into another value would be a
 * guess. The lock keeps such a row from being written between this look and the rewrite of the table.
 */
export function guardLabels({ columns, labels, ...type }: RemovedLabels): Step[] {
  return columns.flatMap((column) => {
    const { schema, table, name } = column.id;
    const relation = qualified(schema, table);
    const isArray = String(column.payload.type).endsWith('[]');
    const list = labels.map(literal).join(', ');
    const condition = isArray
      ? `${quoteIdentifier(name)}::text[] && ARRAY[${list}]`
      : `${quoteIdentifier(name)}::text IN (${list})`;
    const values = labels.map((label) => `"${label}"`).join(' or ');
    const message = `${shownColumn(column.id)} has % row(s) with ${values}, which the type ${shown(type.schema, type.name)} loses`;
    const hint = `Give them another value, for example: UPDATE ${relation} SET ${quoteIdentifier(name)} = … WHERE ${condition}; then roll back again.`;
    return [
      step(`LOCK TABLE ${relation} IN ACCESS EXCLUSIVE MODE`),
      step(
        doBlock('guard', [
          'DECLARE',
          '  found bigint;',
          'BEGIN',
          `  SELECT count(*) INTO found FROM ${relation} WHERE ${condition};`,
          '  IF found > 0 THEN',
          `    RAISE EXCEPTION ${literal(message.replaceAll('%', '%%').replace('%% row(s)', '% row(s)'))}, found`,
          `      USING ERRCODE = 'check_violation', HINT = ${literal(hint)};`,
          '  END IF;',
          'END',
        ]),
        `Rows with ${values} stop the rollback: PostgreSQL can't drop a value of an enum, so the type is made anew without it.`,
      ),
    ];
  });
}
