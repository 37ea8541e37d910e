import { quoteIdentifier } from '../../sql/quote';
import { keptName } from '../kept-schema';
import { numbered, SAME_NUMBERED } from './numbered';
import { commonColumns, keptValue, onlyTableOf, type Target, tableOf } from './read-target';

/** A part of one statement: named queries, and an expression over them that gives JSON. */
export interface Part {
  readonly queries: readonly string[];
  readonly result: string;
}

/**
 * Puts the kept rows into the table, with the values they had, except where a row with the same key or unique values is
 * there. Without a key, as many equal rows are there afterwards as were kept, however often it is done.
 */
export function insertRows(target: Target, schema: string, name: string): Part {
  const columns = commonColumns(target);
  const list = columns.length > 0 ? ` (${columns.map(quoteIdentifier).join(', ')})` : '';
  const values = columns.map((column) => keptValue(target, column)).join(', ');
  const inserted = `${name} as (
    insert into ${tableOf(target)}${list} overriding system value
    select ${values} from ${missing(target, schema, columns)}
    ${target.hasDeferrableKey ? '' : 'on conflict do nothing'} returning 1)`;
  return { queries: [inserted], result: `(select count(*) from ${name})` };
}

function missing(target: Target, schema: string, columns: readonly string[]): string {
  const kept = keptName(schema, target.copy.copy);
  if (target.key) {
    if (!target.hasDeferrableKey) return `${kept} k`;
    const same = target.key.map((name) => `t.${quoteIdentifier(name)} = ${keptValue(target, name)}`);
    return `${kept} k where not exists (select from ${onlyTableOf(target)} t where ${same.join(' and ')})`;
  }
  return `${numbered('k', kept, columns)} k where not exists (
    select from ${numbered('t', onlyTableOf(target), columns)} t where ${SAME_NUMBERED})`;
}
