import { parseStatement } from '../../sql/parse';
import type { ClassifiedStatement } from '../../sql/script-statements';

/** Values that statements add to enums. */
export async function addedValues(statements: readonly ClassifiedStatement[]): Promise<string[]> {
  const values: string[] = [];
  for (const { kind, text } of statements) {
    if (kind.kind !== 'enum-value') continue;
    const node = await parseStatement(text);
    if (node && 'AlterEnumStmt' in node && node.AlterEnumStmt.newVal) values.push(node.AlterEnumStmt.newVal);
  }
  return values;
}

/**
 * Whether one of the values stands as a literal in the statements. One that means something else costs a commit more
 * than needed; one that is out of sight, in a function, the server refuses (55P04), and then nothing is undone.
 */
export function mentions(statements: readonly ClassifiedStatement[], values: readonly string[]): boolean {
  const literals = values.map((value) => `'${value.replaceAll("'", "''")}'`);
  return literals.some((literal) => statements.some(({ text }) => text.includes(literal)));
}
