import type { TypeChange } from '../../sql/effects/table-change';

/** The type of a column, before or after a change. */
export interface ColumnType {
  /** Of an array, that of the array. */
  readonly oid: string;
  /** Of an array, that of its elements, like the kind. */
  readonly name: string;
  /** PostgreSQL's letter: `b` base, `d` domain, `e` enum. */
  readonly kind: string;
  readonly isArray: boolean;
  /** Length, precision and scale. */
  readonly modifiers: readonly number[];
}

export interface TypeFacts {
  /** Whether the values of one type are stored as those of the other. */
  readonly sameBytes: (from: string, to: string) => boolean;
  /** Where the clock of the session is UTC, a timestamp is stored alike with and without time zone. */
  readonly isUtc: boolean;
}

/** Types that hold every value of another. */
const HOLDS: Readonly<Record<string, readonly string[]>> = {
  int2: ['int4', 'int8', 'float4', 'float8'],
  int4: ['int8', 'float8'],
  float4: ['float8'],
  date: ['timestamp'],
  cidr: ['inet'],
};
const DIGITS: Readonly<Record<string, number>> = { int2: 5, int4: 10, int8: 19 };
const TEXTS = ['text', 'varchar', 'citext'];
const WRITTEN_AS_TEXT = ['int2', 'int4', 'int8', 'numeric', 'bool', 'uuid', 'json', 'date', 'inet', 'cidr'];
const LENGTHS = ['varchar', 'bpchar', 'varbit'];
const TIMES = ['timestamp', 'timestamptz', 'time', 'timetz'];
const ALL_DIGITS = 6;

/** Whether a value may not be had back from the new type: false only where that is certain. */
export function losesValues(from: ColumnType, to: ColumnType, by: TypeChange['by']): boolean {
  // A value is one of the new type's labels, or the server refuses it.
  if (by !== 'expression' && !from.isArray && !to.isArray && to.kind === 'e' && isText(from)) return false;
  if (by === 'expression' || by === 'cast through text' || from.isArray !== to.isArray || isDomain(from, to))
    return true;
  const { name } = to;
  if (TEXTS.includes(from.name) && TEXTS.includes(name)) return lengthOf(to) < lengthOf(from);
  if (TEXTS.includes(name) && (from.kind === 'e' || WRITTEN_AS_TEXT.includes(from.name)))
    return to.modifiers.length > 0;
  const digits = DIGITS[from.name];
  if (digits !== undefined && name === 'numeric') return wholeDigitsOf(to) < digits;
  if (HOLDS[from.name]?.includes(name)) return name === 'timestamp' && to.modifiers.length > 0;
  if (from.oid !== to.oid) return true;
  if (LENGTHS.includes(name)) return lengthOf(to) < lengthOf(from);
  if (name === 'numeric') return wholeDigitsOf(to) < wholeDigitsOf(from) || scaleOf(to) < scaleOf(from);
  if (TIMES.includes(name)) return fractionOf(to) < fractionOf(from);
  return from.modifiers.join() !== to.modifiers.join();
}

/**
 * Whether PostgreSQL writes every row anew: true only where that is certain.
 * @see ATColumnChangeRequiresRewrite in PostgreSQL's tablecmds.c, and the support functions of length coercions
 */
export function rewritesRows(
  from: ColumnType,
  to: ColumnType,
  by: TypeChange['by'],
  { sameBytes, isUtc }: TypeFacts,
): boolean {
  if (by === 'expression' || by === 'cast through text') return true;
  if (isDomain(from, to)) return false;
  if (from.oid !== to.oid && !sameBytes(from.oid, to.oid)) {
    const isZoned = [from.name, to.name].sort().join() === 'timestamp,timestamptz';
    return !(from.isArray || to.isArray) && !(isZoned && isUtc);
  }
  if (to.modifiers.length === 0 || from.isArray) return false;
  if (to.name === 'varchar' || to.name === 'varbit') return lengthOf(to) < lengthOf(from);
  if (to.name === 'numeric') return scaleOf(to) !== scaleOf(from) || wholeDigitsOf(to) < wholeDigitsOf(from);
  if (TIMES.includes(to.name)) return fractionOf(to) < fractionOf(from);
  return to.name === 'bpchar' && (from.name !== 'bpchar' || lengthOf(to) !== lengthOf(from));
}

/** Text, or an enum, whose values are written as its labels. */
function isText({ kind, name }: ColumnType): boolean {
  return kind === 'e' || name === 'text' || name === 'varchar';
}

function isDomain(...types: readonly ColumnType[]): boolean {
  return types.some(({ kind }) => kind === 'd');
}

function lengthOf({ modifiers: [length = Number.POSITIVE_INFINITY] }: ColumnType): number {
  return length;
}

function wholeDigitsOf({ modifiers: [precision, scale = 0] }: ColumnType): number {
  return precision === undefined ? Number.POSITIVE_INFINITY : precision - scale;
}

function scaleOf({ modifiers: [precision, scale = 0] }: ColumnType): number {
  return precision === undefined ? Number.POSITIVE_INFINITY : scale;
}

function fractionOf({ modifiers: [digits = ALL_DIGITS] }: ColumnType): number {
  return digits;
}
