import type { FactBase } from '@supabase/pg-delta/core';
import { quoteIdentifier } from '../../../../runner/src/sql/quote';
import { findType, parseTypeName, plainName } from './type-name';

/** The next of a count that the script keeps while it runs, for values that must differ. */
export const NEXT_NUMBER = "nextval('pg_temp.rollback_numbers')";

/** What stands in a column that comes back to rows of which nobody knows the value. */
export interface StandIn {
  /** An expression without a subquery, as DEFAULT takes it. */
  readonly same: string;
  /** The same with another value for each row; undefined where the type has too few. */
  readonly distinct: string | undefined;
}

/** Longest text that takes a UUID. */
const UUID_LENGTH = 36;

const only = (same: string): StandIn => ({ same, distinct: undefined });
const NUMBER: StandIn = { same: '0', distinct: NEXT_NUMBER };
const seconds = (epoch: string): string => `${epoch} + ${NEXT_NUMBER} * interval '1 second'`;

const BUILT_IN: Readonly<Record<string, StandIn>> = {
  boolean: only('false'),
  smallint: NUMBER,
  integer: NUMBER,
  bigint: NUMBER,
  numeric: NUMBER,
  real: NUMBER,
  'double precision': NUMBER,
  money: { same: '0', distinct: `${NEXT_NUMBER}::integer::money` },
  oid: { same: '0', distinct: NEXT_NUMBER },
  date: { same: 'CURRENT_DATE', distinct: `date '0001-01-01' + ${NEXT_NUMBER}::integer` },
  'timestamp without time zone': { same: 'now()', distinct: seconds("timestamp '0001-01-01'") },
  'timestamp with time zone': { same: 'now()', distinct: seconds("timestamptz '0001-01-01 00:00:00+00'") },
  'time without time zone': { same: "'00:00'", distinct: seconds("time '00:00'") },
  'time with time zone': { same: "'00:00+00'", distinct: seconds("timetz '00:00+00'") },
  interval: { same: "'0'", distinct: `${NEXT_NUMBER} * interval '1 second'` },
  uuid: { same: 'gen_random_uuid()', distinct: 'gen_random_uuid()' },
  json: only("'{}'"),
  jsonb: { same: "'{}'", distinct: `to_jsonb(${NEXT_NUMBER})` },
  bytea: { same: "''", distinct: `decode(md5(${NEXT_NUMBER}::text), 'hex')` },
  inet: { same: "'0.0.0.0'", distinct: `inet '0.0.0.0' + ${NEXT_NUMBER}` },
  cidr: only("'0.0.0.0/32'"),
  macaddr: only("'00:00:00:00:00:00'"),
  macaddr8: only("'00:00:00:00:00:00:00:00'"),
  'bit varying': only("''"),
  xml: only("''"),
  tsvector: only("''"),
  tsquery: only("''"),
  point: only("'(0,0)'"),
  line: only("'{1,0,0}'"),
  lseg: only("'[(0,0),(0,0)]'"),
  box: only("'((0,0),(0,0))'"),
  path: only("'((0,0))'"),
  polygon: only("'((0,0))'"),
  circle: only("'<(0,0),0>'"),
  hstore: only("''"),
  ltree: { same: "''", distinct: undefined },
};

const TEXTS = new Set(['text', 'character varying', 'character', 'citext', 'name', '"char"']);
const RANGE = /range$/;

/** A value of the type that any column without further conditions takes; undefined for a type that is not known here. */
export function standInFor(type: string, facts: FactBase): StandIn | undefined {
  const { base, isArray, modifiers } = parseTypeName(type);
  if (isArray) return only("'{}'");
  const found = findType(facts, base);
  if (found?.id.kind === 'domain') {
    const inner = found.payload.baseType;
    return typeof inner === 'string' ? standInFor(inner, facts) : undefined;
  }
  if (found) return ofOwnType(type, found.payload, typeAttributes(facts, found.id));
  const name = plainName(base);
  if (TEXTS.has(base) || TEXTS.has(name)) return ofText(name, modifiers[0]);
  if (base === 'bit') return only(`repeat('0', ${modifiers[0] ?? 1})::bit(${modifiers[0] ?? 1})`);
  if (name === 'vector' && modifiers[0]) return only(`array_fill(0, ARRAY[${modifiers[0]}])::${type}`);
  return BUILT_IN[base] ?? BUILT_IN[name] ?? (RANGE.test(base) ? only("'empty'") : undefined);
}

function ofText(name: string, length: number | undefined): StandIn {
  const isShort = name === '"char"' || (name === 'character' && length === undefined);
  if (isShort) return only("''");
  const fits = length === undefined || length >= UUID_LENGTH;
  return { same: "''", distinct: fits ? 'gen_random_uuid()::text' : `${NEXT_NUMBER}::text` };
}

function typeAttributes(facts: FactBase, id: Parameters<FactBase['childrenOf']>[0]): number {
  return facts.childrenOf(id).filter((child) => child.id.kind === 'typeAttribute').length;
}

function ofOwnType(
  type: string,
  { variant, values }: { variant?: unknown; values?: unknown },
  attributes: number,
): StandIn | undefined {
  if (variant === 'enum') {
    const [first] = Array.isArray(values) ? values : [];
    return typeof first === 'string' ? only(`'${first.replaceAll("'", "''")}'`) : undefined;
  }
  if (variant === 'composite') {
    return only(`ROW(${Array(attributes).fill('NULL').join(', ')})::${type}`);
  }
  return only("'empty'");
}

/** Made before the first statement that counts, and dropped after the last. */
export const MAKE_NUMBERS = `CREATE TEMPORARY SEQUENCE ${quoteIdentifier('rollback_numbers')}`;
export const DROP_NUMBERS = `DROP SEQUENCE pg_temp.${quoteIdentifier('rollback_numbers')}`;
