/** Lists are in an order that means something (labels of an enum), or sorted where it does not (options). */
export type Fact = string | number | boolean | readonly string[];

/** What is known of an object, by attribute; an attribute that does not apply, or is not set, is absent. */
export type Facts = Readonly<Record<string, Fact>>;

/** One object of a database, described without anything that the server makes up anew each time (oids, attnums). */
export interface CatalogObject {
  /** In PostgreSQL's own words: `table`, `table column`, `domain constraint`. */
  readonly kind: string;
  /** Qualified and quoted as SQL wants it; unique among the objects of its kind. */
  readonly name: string;
  readonly facts: Facts;
  /** Of a table, view or composite type: the columns in their order. */
  readonly columns?: readonly string[];
  /** The object that this one is a part of and vanishes with: its kind and name. */
  readonly partOf?: string;
}

/** The whole catalog of a database, sorted by kind and name. */
export type Catalog = readonly CatalogObject[];

/** Tells objects of one catalog apart, and finds the same one in another. */
export function labelOf({ kind, name }: Pick<CatalogObject, 'kind' | 'name'>): string {
  return `${kind} ${name}`;
}
