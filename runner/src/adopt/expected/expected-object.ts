import type { ExpectedType } from './type-name';

/** What the migrations make, as far as the catalog can show it. Tables, views, sequences and indexes share their names. */
export type ObjectKind =
  | 'schema'
  | 'extension'
  | 'table'
  | 'view'
  | 'materialized view'
  | 'sequence'
  | 'index'
  | 'type'
  | 'function'
  | 'column'
  | 'constraint'
  | 'trigger'
  | 'policy';

/** What is known of an object beyond its name; a trait that is undefined is not looked at. */
export interface Traits {
  /** Of a column. */
  type?: ExpectedType | undefined;
  notNull?: boolean | undefined;
  hasDefault?: boolean | undefined;
  /** Of an enum. `labelsComplete` is false for one that was made elsewhere. */
  labels?: string[];
  labelsComplete?: boolean;
  /** Of a constraint, sequence or index: PostgreSQL made up its name, or it was made elsewhere. */
  unnamed?: boolean;
  /** Of a constraint: PostgreSQL's letter, and its columns. */
  letter?: 'p' | 'u' | 'f' | 'c' | 'x';
  columns?: ExpectedObject[];
  validated?: boolean;
  /** Of a function: the types of its arguments; undefined means any function of the name. */
  arguments?: (ExpectedType | undefined)[] | undefined;
  /** Of a table. */
  rowSecurity?: boolean;
}

/** An object that must be there after the migrations, or, when it is in the list of what is gone, must not. */
export interface ExpectedObject {
  readonly kind: ObjectKind;
  /** Changed by `ObjectSet.rename`. */
  name: string;
  /** Of everything that is not inside another object; extensions and schemas have none. */
  schema: string | undefined;
  /** The table of a column, constraint, trigger or policy. */
  readonly parent: ExpectedObject | undefined;
  /** Tag of the migration that shaped it last. */
  migration: string;
  /** Number of the statement that named it last, counted over all migrations: it vouches that the object is there. */
  statement: number;
  /** Number of the statement that made the whole of it: it vouches for every trait that no later one set. */
  made: number;
  /** By trait: number of the later statement that set just that. */
  readonly since: Map<TraitKey, number>;
  /** What it was called before it was renamed. */
  formerNames: readonly string[];
  /** What it depends on: it goes when one of these goes. */
  readonly uses: Set<ExpectedObject>;
  /** The other way round. */
  readonly users: Set<ExpectedObject>;
  traits: Traits;
}

const RELATIONS: ReadonlySet<ObjectKind> = new Set([
  ...(['table', 'view', 'materialized view', 'sequence', 'index'] as const),
]);

/** What a statement can vouch for by itself: a trait, or one value of an enum. */
export type TraitKey = keyof Traits | `value ${string}`;

/** Number of the statement that vouches for that much of the object. */
export function vouchedSince({ since, made }: ExpectedObject, key: TraitKey): number {
  return Math.max(since.get(key) ?? made, made);
}

/** The kinds that share one space of names with `kind`. */
export function nameSpaceOf(kind: ObjectKind): string {
  return RELATIONS.has(kind) ? 'relation' : kind;
}

/** The schema that an object lies in, by itself or with its table. */
export function schemaOf(object: ExpectedObject): string | undefined {
  return object.parent ? schemaOf(object.parent) : object.schema;
}
