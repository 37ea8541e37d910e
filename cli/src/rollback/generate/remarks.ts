import { quoteIdentifier } from '../../../../runner/src/sql/quote';
import { type ColumnFact, shown, shownColumn } from './fact-names';
import type { KeyToEmptied } from './keys-to-emptied';
import type { SummaryInput } from './summary';

/** What stops the rollback, or comes out in another way than it was. */
export function remarksOn(
  { labels, typeChanges, filled, from, roles, late }: SummaryInput,
  back: readonly ColumnFact[],
): string[] {
  const remarks: string[] = [];
  const names = (columns: readonly ColumnFact[]) => columns.map(({ id }) => shownColumn(id)).join(', ');
  for (const { schema, name, labels: gone } of labels) {
    remarks.push(
      `Rows that hold ${gone.map((label) => `"${label}"`).join(' or ')} of ${shown(schema, name)} stop the rollback.`,
    );
  }
  const fitted = typeChanges.filter((change) => !change.rounds && change.from !== change.to);
  if (fitted.length > 0) {
    remarks.push(
      `Values that do not fit the old type stop the rollback: ${names(fitted.map(({ column }) => column))}.`,
    );
  }
  const nulls = filled.filter(({ onlyNulls }) => onlyNulls);
  if (nulls.length > 0)
    remarks.push(`Rows without a value get a stand-in value: ${names(nulls.map(({ column }) => column))}.`);
  const all = filled.filter(({ onlyNulls }) => !onlyNulls);
  if (all.length > 0)
    remarks.push(`Every row gets a stand-in value: ${names(all.map(({ column }) => column))}.`);
  const isInOldTable = (column: ColumnFact) =>
    column.parent !== undefined && from.has(column.parent) && !late.isInMadeTable(column);
  const moved = [...back.filter(isInOldTable), ...late.behind];
  if (moved.length > 0)
    remarks.push(`PostgreSQL puts columns that come back last in their table: ${names(moved)}.`);
  if (roles.length > 0) {
    const list = roles.map((role) => quoteIdentifier(role)).join(', ');
    remarks.push(`Roles belong to the whole server and are left as the migration left them: ${list}.`);
  }
  return remarks;
}

export function remarksOnKeys(keys: readonly KeyToEmptied[]): string[] {
  const [unvalidated, stopping] = [true, false].map((canBe) =>
    keys
      .filter(({ canBeUnvalidated }) => canBeUnvalidated === canBe)
      .map(({ schema, table, name }) => `${quoteIdentifier(name)} of ${shown(schema, table)}`)
      .join(', '),
  );
  return [
    ...(unvalidated ? [`NOT VALID where rows refer to rows that are gone: ${unvalidated}.`] : []),
    ...(stopping ? [`Rows that refer to rows that are gone stop the rollback: ${stopping}.`] : []),
  ];
}
