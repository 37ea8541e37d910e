import { baseValues } from './base-values';
import type { Hints } from './mine-constraints';
import type { TypeBook, ValueType } from './read-types';

const MOST = 60;

/**
 * Values of a type as text, to try in this order: what conditions name, then what the type suggests, distinct per `n`.
 * Not all of them are valid: the server decides.
 */
export function valuesOf(book: TypeBook, oid: number, typmod: number, n: number, hints: Hints): string[] {
  const type = book.get(oid);
  if (!type) return [];
  const own = book.get(oid)?.hints;
  const both = own ? join(hints, own) : hints;
  return [...new Set(typeValues(book, type, typmod, n, both))].slice(0, MOST);
}

export function rotate<T>(values: readonly T[], by: number): T[] {
  const start = values.length > 0 ? ((by % values.length) + values.length) % values.length : 0;
  return [...values.slice(start), ...values.slice(0, start)];
}

function typeValues(book: TypeBook, type: ValueType, typmod: number, n: number, hints: Hints): string[] {
  const inner = (by: number) =>
    valuesOf(book, type.inner, type.kind === 'array' ? typmod : type.innerTypmod, by, hints);
  const constants = [...hints.constants];
  switch (type.kind) {
    case 'enum':
      return rotate(type.labels, n);
    case 'domain':
      return inner(n);
    case 'array':
      return arrays(inner(n), inner(n + 1), constants, n);
    case 'composite':
      return composites(book, type, n, hints);
    case 'range':
      return ranges(inner(n), inner(n + 1));
    case 'multirange':
      return [...inner(n).map((range) => `{${range}}`), '{}'];
    case 'base':
      return bases(type.name, typmod, n, hints);
    default:
      return [];
  }
}

const NUMBERS = /^(?:int[248]|float[48]|numeric|money)$/;

/** Values that stand in conditions come first, except where each text in a row would be the same. */
function bases(name: string, typmod: number, n: number, hints: Hints): string[] {
  const values = baseValues(name, typmod, n, hints);
  const constants = rotate([...hints.constants], n);
  if (!NUMBERS.test(name)) return [...constants, ...values];
  const near = constants.flatMap((constant) => {
    const number = Number(constant);
    return constant.trim() === '' || Number.isNaN(number) ? [] : [number + n, number, number + 1, number - 1];
  });
  return [...values.slice(0, 1), ...near.map(String), ...values.slice(1)];
}

function arrays(values: string[], others: string[], constants: string[], n: number): string[] {
  const many = [values[0], others[0], values[1]].filter((value) => value !== undefined);
  return [
    ...rotate(constants, n).map((constant) => arrayLiteral([constant])),
    ...(constants.length > 0 ? [arrayLiteral(constants)] : []),
    ...constants.filter((constant) => /^\{.*\}$/s.test(constant)),
    ...values.slice(0, 4).map((value) => arrayLiteral([value])),
    '{}',
    arrayLiteral(many.slice(0, 2)),
    arrayLiteral(many),
  ];
}

function composites(book: TypeBook, type: ValueType, n: number, hints: Hints): string[] {
  const fields = type.fields.map(({ oid, typmod }) => valuesOf(book, oid, typmod, n, hints));
  const row = (choose: (values: string[]) => string | undefined) =>
    `(${fields.map((values) => quoted(choose(values))).join(',')})`;
  return [row(([first]) => first), row((values) => values[1] ?? values[0]), row(() => undefined)];
}

/** Which of two values is the lower one, only the server knows: both orders are tried. */
function ranges([low = '']: string[], [high = '']: string[]): string[] {
  const bounds = [
    [low, high],
    [high, low],
  ].map(([from, to]) => `[${quoted(from)},${quoted(to)})`);
  return [...bounds, `[${quoted(low)},)`, '(,)', 'empty'];
}

function arrayLiteral(elements: readonly string[]): string {
  return `{${elements.map(quoted).join(',')}}`;
}

/** An element of an array, a composite or a range; none is NULL or an open bound. */
function quoted(value: string | undefined): string {
  return value === undefined ? '' : `"${value.replace(/[\\"]/g, '\\$&')}"`;
}

function join(left: Hints, right: Hints): Hints {
  return {
    constants: new Set([...left.constants, ...right.constants]),
    patterns: new Set([...left.patterns, ...right.patterns]),
    likes: new Set([...left.likes, ...right.likes]),
    lengths: new Set([...left.lengths, ...right.lengths]),
    keys: new Set([...left.keys, ...right.keys]),
  };
}
