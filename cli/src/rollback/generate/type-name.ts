import type { Fact, FactBase } from '@supabase/pg-delta/core';

/** A type as format_type() writes it, taken apart. */
export interface TypeName {
  /** Without array brackets and modifiers; of a type that is not built in, with its schema. */
  readonly base: string;
  readonly isArray: boolean;
  /** Length, precision and scale. */
  readonly modifiers: readonly number[];
}

export function parseTypeName(text: string): TypeName {
  const isArray = text.endsWith('[]');
  const scalar = text.replace(/(?:\[\])+$/, '');
  const modifiers = /\(([\d, ]+)\)/.exec(scalar)?.[1]?.split(',').map(Number) ?? [];
  return { base: scalar.replace(/\([\d, ]+\)/, '').trim(), isArray, modifiers };
}

/** The domain, enum or other type of the application that a name means; undefined for those of PostgreSQL and of extensions. */
export function findType(facts: FactBase, base: string): Fact | undefined {
  const [schema, name] = splitName(base);
  if (name === undefined || schema === undefined) return undefined;
  return facts.get({ kind: 'type', schema, name }) ?? facts.get({ kind: 'domain', schema, name });
}

/** Its last part, for types of extensions, which stand in any schema. */
export function plainName(base: string): string {
  return splitName(base).at(-1) ?? base;
}

function splitName(text: string): string[] {
  const parts = text.match(/"(?:[^"]|"")*"|[^."]+/g) ?? [];
  return parts.map((part) => (part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part));
}
