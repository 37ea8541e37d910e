/** Quotes a name so that it keeps its case and can be any word. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
