import { renderTable, type TableName } from './schemas';

/** One row that is not as it was. */
export interface RowChange {
  readonly table: TableName;
  /** `gone`: only before; `added`: only after; `changed`: in both, with other values. */
  readonly kind: 'gone' | 'added' | 'changed';
  /** The row as a person finds it: its primary key, else all its values. */
  readonly row: string;
  /** What differs, for a changed row. */
  readonly columns: readonly {
    readonly name: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
}

/** One line for a person: `users (id=2): "email" was 'a@b', is 'c@d'`. */
export function renderRowChange({ table, kind, row, columns }: RowChange): string {
  const subject = `${renderTable(table)} (${row})`;
  if (kind !== 'changed')
    return `${subject}: ${kind === 'gone' ? 'the row is gone' : 'a row that was not there'}`;
  const values = columns.map(
    ({ name, before, after }) =>
      `${JSON.stringify(name)} was ${renderValue(before)}, is ${renderValue(after)}`,
  );
  return `${subject}: ${values.join('; ')}`;
}

/** A value as SQL would write it. */
export function renderValue(value: string | null): string {
  return value === null ? 'NULL' : `'${value.replaceAll("'", "''")}'`;
}
