import type { QualifiedName } from './node-values';

/** Quotes a name so that it keeps its case and can be any word. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function quoteName({ schema, name }: QualifiedName): string {
  return `${schema ? `${quoteIdentifier(schema)}.` : ''}${quoteIdentifier(name)}`;
}
