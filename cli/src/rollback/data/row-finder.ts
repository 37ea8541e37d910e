import type postgres from 'postgres';
import { isServerError } from '../../../../runner/src/errors/server-error';
import { quoteLiteral } from '../../../../runner/src/sql/quote';
import type { ChoiceMaker, Wish } from './choices';
import { type Condition, partitionCondition, referenceCondition } from './conditions';
import type { FillTable } from './read-tables';
import type { References } from './references';
import { type Component, planRow } from './row-plan';
import { isTimeout, reasonOf } from './server';
import { type Choices, type Solution, solve } from './solve';

/** The SQL of each column's value; a column that is left out takes its default. */
export type RowValues = ReadonlyMap<string, string>;

/** Finds values for the rows of one table that satisfy all that the catalog says about them. */
export class RowFinder {
  /** Conditions that can't be evaluated for every value: the insert decides about them. */
  private readonly untested = new Set<string>();

  constructor(
    private readonly tx: postgres.TransactionSql,
    private readonly table: FillTable,
    private readonly choices: ChoiceMaker,
    private readonly references: References,
  ) {}

  /**
   * Values for the n-th row, in one partition if a turn is given, or the reason why there are none.
   */
  async find(
    lasting: readonly Condition[],
    wish: Wish,
    turn: number | undefined,
  ): Promise<RowValues | string> {
    await this.references.load(this.table);
    const wanted = await this.references.wantedBy(this.table, wish.n);
    const conditions = [
      ...lasting,
      ...(await partitionCondition(this.table, turn)),
      ...this.table.foreignKeys
        .filter((key) => !this.references.isPostponed(key))
        .map((key) => referenceCondition(this.table, key, this.references.rowsOf(key))),
    ].filter(({ name }) => !this.untested.has(name));
    const plan = await planRow(this.table, conditions, new Set(wanted.keys()));
    const values = new Map<string, string>();
    for (const component of plan.components) {
      const solution = await this.solveComponent(component, wish, wanted);
      if (typeof solution === 'string') return solution;
      for (const { name, type } of component.columns) {
        const text = solution.get(name) ?? null;
        values.set(name, text === null ? 'null' : `${quoteLiteral(text)}::${type}`);
      }
    }
    for (const column of plan.free) {
      if (this.choices.turnOf(column, wish) === 'default') continue;
      const found = await this.choices.choicesOf(column, wish, wanted.get(column.name) ?? [], 1 + wish.round);
      const value = found[wish.round % Math.max(found.length, 1)];
      if (value !== undefined) values.set(column.name, value);
      else if (column.expression === null && column.identity === '') return this.unknownType(column);
    }
    return values;
  }

  private unknownType({ name, type }: { name: string; type: string }): string {
    return `no value of type ${type} is known for column ${JSON.stringify(name)}`;
  }

  private async solveComponent(
    component: Component,
    wish: Wish,
    wanted: ReadonlyMap<string, readonly string[]>,
  ): Promise<Solution | string> {
    const choices = await this.choicesFor(component, wish, wanted, widthOf(component, wish));
    const without = component.columns.find(({ name }) => choices.get(name)?.length === 0);
    if (without) return this.unknownType(without);
    const found = await solve(this.tx, this.table, component, choices);
    if (found === undefined) return this.blame(component, choices);
    if (!isServerError(found)) return found;
    if (isTimeout(found)) return `${namesOf(component.conditions)}: the search for values took too long`;
    const { component: tested, choices: safe } = await this.withoutErrors(component, choices);
    const again = await solve(this.tx, this.table, tested, safe);
    if (again === undefined) return this.blame(tested, safe);
    return isServerError(again) ? reasonOf(again) : again;
  }

  private async choicesFor(
    { columns }: Component,
    wish: Wish,
    wanted: ReadonlyMap<string, readonly string[]>,
    most: number,
  ): Promise<Choices> {
    const choices = new Map<string, readonly string[]>();
    for (const column of columns) {
      choices.set(
        column.name,
        await this.choices.choicesOf(column, wish, wanted.get(column.name) ?? [], most),
      );
    }
    return choices;
  }

  /**
   * Leaves out the values for which a condition fails (the number of elements of what is no array), or the condition
   * when it concerns several columns: then the insert decides.
   */
  private async withoutErrors(
    component: Component,
    choices: Choices,
  ): Promise<{ component: Component; choices: Choices }> {
    const conditions: Condition[] = [];
    const safe = new Map(choices);
    for (const condition of component.conditions) {
      // Volatile, so that the server evaluates the condition for every combination.
      const never = { ...condition, sql: `(${condition.sql}) is null and pg_catalog.random() < 0` };
      const part = only(component, never);
      const answer = await solve(this.tx, this.table, part, safe);
      const [column, another] = part.columns;
      if (!isServerError(answer) || isTimeout(answer)) conditions.push(condition);
      else if (!column || another) this.untested.add(condition.name);
      else {
        conditions.push(condition);
        safe.set(column.name, await this.withoutFailing(part, safe.get(column.name) ?? []));
      }
    }
    return { component: { ...component, conditions }, choices: safe };
  }

  private async withoutFailing(part: Component, values: readonly string[]): Promise<string[]> {
    const safe: string[] = [];
    for (const value of values) {
      const choices = new Map(part.columns.map(({ name }) => [name, [value]]));
      if (!isServerError(await solve(this.tx, this.table, part, choices))) safe.push(value);
    }
    return safe;
  }

  /** Names what no value satisfies, alone if it is so alone. */
  private async blame(component: Component, choices: Choices): Promise<string> {
    for (const condition of component.conditions) {
      const answer = await solve(this.tx, this.table, only(component, condition), choices);
      if (answer === undefined) return `${condition.name}: no values were found that satisfy it`;
    }
    return `${namesOf(component.conditions)}: no values were found that satisfy all of them`;
  }
}

function only(component: Component, condition: Condition): Component {
  const columns = component.columns.filter(({ name }) => condition.columns.includes(name));
  const generated = component.generated.filter(({ name }) => condition.columns.includes(name));
  return { columns, generated, conditions: [condition] };
}

function namesOf(conditions: readonly Condition[]): string {
  return [...new Set(conditions.map(({ name }) => name))].join(', ');
}

/** Values to try for each column: the fewer, the more columns depend on each other; every second try is a narrow one. */
function widthOf({ columns }: Component, { round }: Wish): number {
  if (columns.length <= 2) return 40;
  if (columns.length <= 4) return 20;
  return (columns.length <= 10 ? 12 : 8) - (round % 2) * 3;
}
