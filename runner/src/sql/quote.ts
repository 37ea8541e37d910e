import type { QualifiedName } from './node-values';

/** Quotes a name so that it keeps its case and can be any word. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function quoteName({ schema, name }: QualifiedName): string {
  return `${schema ? `${quoteIdentifier(schema)}.` : ''}${quoteIdentifier(name)}`;
}

/** Quotes text as a constant that means the same whatever standard_conforming_strings is. */
export function quoteLiteral(text: string): string {
  return `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
