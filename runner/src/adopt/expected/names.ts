import type { Node, RangeVar } from 'libpg-query';

/** A name as it is written: without a schema it is looked for along the search path. */
export interface Name {
  readonly schema: string | undefined;
  readonly name: string;
}

export function nameOfRelation({ schemaname, relname }: RangeVar): Name {
  return { schema: schemaname, name: relname ?? '' };
}

export function nameOfParts(parts: readonly string[]): Name {
  return { schema: parts.at(-2), name: parts.at(-1) ?? '' };
}

/** The parts of a name, whatever kind of object bears it. */
export function partsOf(node: Node | undefined): string[] {
  if (!node) return [];
  if ('List' in node) return (node.List.items ?? []).flatMap(partsOf);
  if ('String' in node) return [node.String.sval ?? ''];
  if ('TypeName' in node) return (node.TypeName.names ?? []).flatMap(partsOf);
  if ('ObjectWithArgs' in node) return (node.ObjectWithArgs.objname ?? []).flatMap(partsOf);
  return [];
}

export function partsOfAll(nodes: readonly Node[] | undefined): string[] {
  return (nodes ?? []).flatMap(partsOf);
}
