/** Oids of system catalogs; PostgreSQL never changes them. */
export const CATALOG = {
  type: 1247,
  routine: 1255,
  relation: 1259,
  default: 2604,
  constraint: 2606,
  schema: 2615,
  rule: 2618,
  trigger: 2620,
  extension: 3079,
  policy: 3256,
} as const;

/** Where pg_depend finds an object. */
export interface Address {
  readonly catalog: number;
  readonly oid: number;
  /** Number of the column; 0 is the object as a whole. */
  readonly part: number;
}

export function keyOf({ catalog, oid, part }: Address): string {
  return `${catalog}/${oid}/${part}`;
}

export function wholeKeyOf({ catalog, oid }: Address): string {
  return `${catalog}/${oid}/0`;
}

export function relationAddress(oid: number, part = 0): Address {
  return { catalog: CATALOG.relation, oid, part };
}
