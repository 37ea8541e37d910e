/** What two dumps of a schema differ in. */
export type DumpDifference =
  | { readonly kind: 'exact' }
  /** Only in the order of columns within a table, which nothing but a new table could restore. */
  | { readonly kind: 'order' }
  | { readonly kind: 'differs'; readonly lines: readonly string[] };

/** Compares what pg_dump printed before a migration with what it prints after the rollback. */
export function compareDumps(before: readonly string[], after: readonly string[]): DumpDifference {
  const [expected, actual] = [statementsOf(before), statementsOf(after)];
  if (areEqual(expected, actual)) return { kind: 'exact' };
  const [columns, restored] = [expected, actual].map((statements) => statements.map(withSortedColumns));
  if (columns && restored && areEqual(columns, restored)) return { kind: 'order' };
  const missing = expected.filter((statement) => !actual.includes(statement));
  const extra = actual.filter((statement) => !expected.includes(statement));
  return {
    kind: 'differs',
    lines: [...missing.map((text) => `- ${text}`), ...extra.map((text) => `+ ${text}`)],
  };
}

/** Sorted, because the order in which pg_dump writes objects depends on when they were made. */
function statementsOf(dump: readonly string[]): string[] {
  return `${dump.join('\n')}\n`.split(';\n').sort();
}

function withSortedColumns(statement: string): string {
  const [first = '', ...rest] = statement.split('\n');
  if (!/^CREATE (UNLOGGED |FOREIGN )?TABLE .*\($/.test(first)) return statement;
  return [first, ...rest.map((line) => line.replace(/,$/, '')).sort()].join('\n');
}

function areEqual(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((statement, index) => statement === b[index]);
}
