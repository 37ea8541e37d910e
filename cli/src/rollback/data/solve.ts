import type postgres from 'postgres';
import type { ServerError } from '../../../../runner/src/errors/server-error';
import { quoteIdentifier } from '../../../../runner/src/sql/quote';
import type { Condition } from './conditions';
import type { FillTable } from './read-tables';
import type { Component } from './row-plan';
import { attempt } from './server';

/** Values of a component's columns, as text. */
export type Solution = ReadonlyMap<string, string | null>;

/** For each column the values to try, as SQL of its type, the preferred ones first. */
export type Choices = ReadonlyMap<string, readonly string[]>;

/**
 * Lets the server find values that satisfy all conditions together: it joins the columns' choices and stops at the first
 * row that no condition refuses. So each condition means exactly what it means for a real row.
 *
 * @returns undefined when no combination does; the server's error when a condition can't be evaluated for some
 */
export async function solve(
  tx: postgres.TransactionSql,
  table: FillTable,
  component: Component,
  choices: Choices,
): Promise<Solution | ServerError | undefined> {
  const found = await attempt(tx, searchOf(table, component, choices));
  if (!Array.isArray(found)) return found;
  const values = found[0]?.values;
  if (typeof values !== 'string') return undefined;
  const list = JSON.parse(values) as (string | null)[];
  return new Map(component.columns.map(({ name }, index) => [name, list[index] ?? null]));
}

function searchOf(table: FillTable, component: Component, choices: Choices): string {
  const { columns, generated, conditions } = component;
  const factors = inJoinOrder(
    columns.map(({ name }) => name),
    conditions,
  );
  const from = factors.map((name, index) => {
    const values = (choices.get(name) ?? []).map((value) => `(${value})`).join(', ');
    return `(values ${values}) as f${index}(v)`;
  });
  const named = factors.map((name, index) => `f${index}.v as ${quoteIdentifier(name)}`);
  const alias = quoteIdentifier(table.name);
  const computed = generated.map(({ name, expression }) => `(${expression}) as ${quoteIdentifier(name)}`);
  const row = `(select ${named.join(', ')} from ${from.join(' cross join ')}) as ${alias}`;
  const whole = computed.length > 0 ? `(select *, ${computed.join(', ')} from ${row}) as ${alias}` : row;
  const texts = columns.map(({ name }) => `${quoteIdentifier(name)}::text`);
  const where = conditions.map(({ sql }) => `(${sql}) is not false`);
  return `select pg_catalog.to_json(array[${texts.join(', ')}]::text[])::text as values from ${whole}${
    where.length > 0 ? ` where ${where.join(' and ')}` : ''
  } limit 1`;
}

/** The next column is the one that completes most conditions: a wrong choice is seen as early as can be. */
function inJoinOrder(columns: readonly string[], conditions: readonly Condition[]): string[] {
  const order: string[] = [];
  const left = [...columns];
  while (left.length > 0) {
    const merit = (name: string) =>
      conditions
        .filter((condition) => condition.columns.includes(name))
        .map((condition) => {
          const open = condition.columns.filter((other) => columns.includes(other) && !order.includes(other));
          return 4 ** -open.length * (open.length < condition.columns.length ? 1.5 : 1);
        })
        .reduce((sum, value) => sum + value, 0);
    const best = left.reduce((first, second) => (merit(second) > merit(first) ? second : first));
    order.push(best);
    left.splice(left.indexOf(best), 1);
  }
  return order;
}
