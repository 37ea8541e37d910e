import type { TypeName } from 'libpg-query';
import { quoteIdentifier } from '../../sql/quote';
import type { ExpectedObject } from './expected-object';
import type { ExpectedSchema } from './expected-schema';
import { nameOfParts, partsOfAll } from './names';

/** A type as a migration names it. */
export interface ExpectedType {
  /** Quoted name, without brackets, of a type that no migration makes. */
  readonly name: string;
  /** The type that a migration makes: it can be renamed later. */
  readonly object: ExpectedObject | undefined;
  readonly isArray: boolean;
  /** Length, precision and scale; undefined where they can't be compared. */
  readonly modifiers: readonly number[] | undefined;
}

const SERIAL: Readonly<Record<string, string>> = {
  ...{
    smallserial: 'int2',
    serial2: 'int2',
    serial: 'int4',
    serial4: 'int4',
    bigserial: 'int8',
    serial8: 'int8',
  },
};

/** Serial is no type, but an integer, a sequence and a default. */
export function isSerial(type: TypeName): boolean {
  const parts = partsOfAll(type.names);
  return parts.length === 1 && (parts[0] ?? '') in SERIAL;
}

/** The type, or undefined for what can't be named (`%TYPE`). */
export function expectedType(schema: ExpectedSchema, type: TypeName | undefined): ExpectedType | undefined {
  const parts = partsOfAll(type?.names);
  if (!type || type.pct_type || type.setof || parts.length === 0) return undefined;
  const named = nameOfParts(parts);
  const name = isSerial(type) ? `"pg_catalog".${quoteIdentifier(SERIAL[named.name] ?? '')}` : undefined;
  const modifiers = (type.typmods ?? []).map((node) =>
    'A_Const' in node && 'ival' in node.A_Const ? (node.A_Const.ival?.ival ?? 0) : Number.NaN,
  );
  const comparable = named.name !== 'interval' && !modifiers.some(Number.isNaN);
  return {
    name: name ?? parts.map(quoteIdentifier).join('.'),
    object: schema.find('type', named),
    isArray: (type.arrayBounds ?? []).length > 0,
    modifiers: comparable ? modifiers : undefined,
  };
}

/** The name as PostgreSQL's to_regtype reads it, as it is after all migrations. */
export function typeText({ name, object, isArray }: ExpectedType): string {
  const own =
    object && `${object.schema ? `${quoteIdentifier(object.schema)}.` : ''}${quoteIdentifier(object.name)}`;
  return `${own ?? name}${isArray ? '[]' : ''}`;
}
