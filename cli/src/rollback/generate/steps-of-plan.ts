import type { FactBase } from '@supabase/pg-delta/core';
import type { Action } from '@supabase/pg-delta/plan';
import { quoteIdentifier } from '../../../../runner/src/sql/quote';
import { fillsItself } from './column-uses';
import { continueNumbers } from './continue-numbers';
import { withDefaultsLast } from './default-order';
import { defaultPrivilegeStatements } from './default-privileges';
import { guardLabels, type RemovedLabels } from './enum-guard';
import { type ColumnFact, isColumn, qualified, shownColumn } from './fact-names';
import { addRequiredColumn, type Filled, type FilledSteps, requireColumn } from './fill-column';
import { addKeyToEmptied, type KeyToEmptied, keysToEmptied } from './keys-to-emptied';
import { noteLoss } from './note-loss';
import { DROP_NUMBERS, MAKE_NUMBERS, NEXT_NUMBER } from './stand-in';
import { type Step, step } from './step';
import type { TypeChange } from './type-changes';
import { withVarcharLists } from './varchar-lists';

/** What the steps are made from. */
export interface Way {
  readonly from: FactBase;
  readonly to: FactBase;
  readonly actions: readonly Action[];
  readonly labels: readonly RemovedLabels[];
  readonly typeChanges: readonly TypeChange[];
  /** What takes foreign keys away that the plan makes again. */
  readonly keysAside: readonly string[];
  /** Why a stand-in does not do, by the column's shown name. */
  readonly rejected: ReadonlyMap<string, string>;
  /** Generated columns of `to` that are not stored, by their shown name. */
  readonly virtual: ReadonlySet<string>;
  /** Of whom everything is that the scratch database has; elsewhere it is somebody else. */
  readonly owner: string;
}

export interface Steps {
  readonly steps: readonly Step[];
  readonly filled: readonly Filled[];
  readonly keys: readonly KeyToEmptied[];
}

/** pg-delta's name for an enum that is replaced, which is of no use to a reader. */
const REPLACED = '__pgdelta_replaced';

/**
 * Turns a plan into statements that work where the tables have rows: required columns get values, types are changed so
 * that what does not fit is refused, values of enums are looked for before they vanish.
 */
export function stepsOfPlan(way: Way): Steps {
  const keys = keysToEmptied(way.actions, way.from, way.to);
  const special = specialStatements(way, keys);
  const filled: Filled[] = [];
  const guarded = new Set<RemovedLabels>();
  const steps = way.actions.flatMap((action): Step[] => {
    if (action.sql.startsWith('ALTER DEFAULT PRIVILEGES ')) {
      return defaultPrivilegeStatements(action, way).map((sql) => step(sql));
    }
    const named = action.sql.replaceAll(REPLACED, '__replaced');
    const sql = withVarcharLists(asVirtual(named, way));
    const make = special.get(action.sql);
    if (make) {
      const made = make(sql);
      if (made.filled) filled.push(made.filled);
      return [...made.steps];
    }
    return [...guardsBefore(action, way, guarded), noteLoss(sql, action, way.from, way.to)];
  });
  return {
    steps: withNumbers(
      withoutBodyChecks([
        ...way.keysAside.map((sql) => step(sql)),
        ...withDefaultsLast(steps),
        ...continueNumbers(way.from, way.to),
      ]),
    ),
    ...{ filled, keys },
  };
}

type Make = (sql: string) => FilledSteps;

/** The statements of the plan that do not work as they are, by their text. */
function specialStatements(
  { from, to, rejected, typeChanges }: Way,
  keys: readonly KeyToEmptied[],
): Map<string, Make> {
  const special = new Map<string, Make>();
  for (const column of to.facts().filter(isColumn)) {
    const { schema, table, name } = column.id;
    const old = from.get(column.id);
    if (column.payload.notNull !== true || !from.has({ kind: 'table', schema, name: table })) continue;
    const relation = `ALTER TABLE ${qualified(schema, table)}`;
    if (old?.payload.notNull === false) {
      const setNotNull = `${relation} ALTER COLUMN ${quoteIdentifier(name)} SET NOT NULL`;
      special.set(setNotNull, (sql) => requireColumn(column, to, sql));
    }
    // Also one that is there: where it can't be changed, the plan drops it and adds it again.
    if (!fillsItself(to, column)) {
      const added = `${relation} ADD COLUMN ${quoteIdentifier(name)} ${clause(column)}`;
      special.set(added, (sql) => addRequiredColumn(column, to, sql, rejected.get(shownColumn(column.id))));
    }
  }
  for (const key of keys) {
    special.set(key.planned, () => ({ steps: [addKeyToEmptied(key)], filled: undefined }));
  }
  for (const { planned, statement, notes } of typeChanges) {
    special.set(planned, () => ({ steps: [step(statement, ...notes)], filled: undefined }));
  }
  return special;
}

function clause({ payload }: ColumnFact): string {
  return `${payload.type}${payload.collation == null ? '' : ` COLLATE ${payload.collation}`} NOT NULL`;
}

function guardsBefore({ sql }: Action, { labels }: Way, guarded: Set<RemovedLabels>): Step[] {
  if (!sql.includes(REPLACED)) return [];
  const found = labels.find(
    (removed) =>
      !guarded.has(removed) && sql.startsWith(`ALTER TYPE ${qualified(removed.schema, removed.name)} RENAME`),
  );
  if (!found) return [];
  guarded.add(found);
  return guardLabels(found);
}

/** pg-delta takes every generated column for a stored one. */
function asVirtual(sql: string, { to, virtual }: Way): string {
  let text = sql;
  if (virtual.size === 0 || !sql.includes(' GENERATED ALWAYS AS (')) return text;
  for (const { id, payload } of to.facts().filter(isColumn)) {
    if (!virtual.has(shownColumn(id))) continue;
    const stored = `${quoteIdentifier(id.name)} ${payload.type} GENERATED ALWAYS AS (${payload.generatedExpr}) STORED`;
    if (text.includes(qualified(id.schema, id.table)))
      text = text.replace(stored, stored.replace(/STORED$/, 'VIRTUAL'));
  }
  return text;
}

/** A function can name tables that a later statement makes. */
function withoutBodyChecks(steps: readonly Step[]): Step[] {
  const defines = steps.some(({ sql }) => /^CREATE (?:OR REPLACE )?(?:FUNCTION|PROCEDURE)\b/.test(sql));
  return defines ? [step('SET LOCAL check_function_bodies = off'), ...steps] : [...steps];
}

function withNumbers(steps: readonly Step[]): Step[] {
  if (!steps.some(({ sql }) => sql.includes(NEXT_NUMBER))) return [...steps];
  return [step(MAKE_NUMBERS), ...steps, step(DROP_NUMBERS)];
}
