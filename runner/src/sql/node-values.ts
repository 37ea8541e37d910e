import type { Node, RangeVar } from 'libpg-query';

/** A name as the statement wrote it; without a schema, the search path decides. */
export interface QualifiedName {
  readonly schema: string | undefined;
  readonly name: string;
}

export function relationName({ schemaname, relname }: RangeVar): QualifiedName {
  return { schema: schemaname, name: relname ?? '' };
}

/** A name given as a list of parts, for example the object of a DROP. */
export function listName(object: Node): QualifiedName {
  const parts = nameParts(object);
  return { schema: parts.at(-2), name: parts.at(-1) ?? '' };
}

/** The parts of a dropped object's name: a list, a type, or a function with its arguments. */
export function nameParts(object: Node): string[] {
  if ('List' in object) return (object.List.items ?? []).flatMap(nameParts);
  if ('String' in object) return [object.String.sval ?? ''];
  if ('TypeName' in object) return (object.TypeName.names ?? []).flatMap(nameParts);
  if ('ObjectWithArgs' in object) return (object.ObjectWithArgs.objname ?? []).flatMap(nameParts);
  return [];
}

/** An option of a statement as the server reads a boolean: `absent` when it is not given, true without a value. */
export function optionOf(options: readonly Node[] | undefined, name: string, absent: boolean): boolean {
  for (const option of options ?? []) {
    if (!('DefElem' in option) || option.DefElem.defname !== name) continue;
    const value = option.DefElem.arg;
    if (!value) return true;
    if ('Integer' in value) return (value.Integer.ival ?? 0) !== 0;
    if ('Boolean' in value) return value.Boolean.boolval === true;
    if ('String' in value) return !/^(?:false|off)$/i.test(value.String.sval ?? '');
  }
  return absent;
}

export function hasOption(options: readonly Node[] | undefined, name: string): boolean {
  return options?.some((option) => 'DefElem' in option && option.DefElem.defname === name) ?? false;
}
