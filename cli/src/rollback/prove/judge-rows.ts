import { statementEffects } from '../../../../runner/src/sql/statement-effects';
import { compareRows } from '../data/compare-rows';
import { type RowChange, renderRowChange } from '../data/row-change';
import type { TableName } from '../data/schemas';
import type { RowsSnapshot, TableRows } from '../data/snapshot-rows';
import { destructiveStatements } from './script-comments';

/** The rows of the database at the moments that matter. */
export interface RowMoments {
  /** Before the migration. */
  readonly before: RowsSnapshot;
  /** After it, before anything else was done. */
  readonly applied: RowsSnapshot;
  /** After tables that were empty then had been filled. */
  readonly filled: RowsSnapshot;
  /** After the rollback. */
  readonly undone: RowsSnapshot;
}

export interface RowVerdict {
  readonly changed: readonly string[];
  readonly declared: readonly string[];
}

/**
 * Tells which rows a rollback changed that it should have left alone. What the migration itself dropped or changed is
 * not its fault, and what a statement marked `-- DESTRUCTIVE:` changes is declared. What filling tables after the
 * migration did is neither's, and not told.
 */
export async function judgeRows(moments: RowMoments, script: string): Promise<RowVerdict> {
  const { before, undone } = moments;
  // A table or column that the migration only renamed is still the same.
  const [applied, filled] = [withNamesOf(moments.applied, before), withNamesOf(moments.filled, before)];
  const isGone = (table: TableName, column?: string) => wasRemade(before, applied, table, column);
  const byMigration = changesOf(before, withTypesOf(applied, before));
  // A trigger on a table that is filled later can change rows that were there.
  const untilFilled = changesOf(before, withTypesOf(filled, before));
  const old = changesOf(before, undone, isGone).flatMap((change) =>
    withoutFill(change, untilFilled, byMigration),
  );
  // Only tables that had no rows before: the others are compared with what was in them then.
  const isNotNew = (table: TableName, column?: string) =>
    !tableOf(before, table) || (tableOf(applied, table)?.rows.length ?? 0) > 0 || isGone(table, column);
  const young = changesOf(filled, undone, isNotNew).filter((change) => isIn(before, change));
  const isOfMigration = (change: RowChange) => byMigration.some((other) => excuses(other, change));
  const wasFilled = ({ kind, table }: RowChange) =>
    kind === 'added' && tableOf(applied, table)?.rows.length !== tableOf(filled, table)?.rows.length;
  const found = [...old.filter((change) => !wasFilled(change)), ...young];
  const flagged = await flaggedTables(script);
  const isDeclared = (change: RowChange) =>
    (!young.includes(change) && isOfMigration(change)) ||
    flagged.some(
      ({ schema, name }) => name === change.table.name && (!schema || schema === change.table.schema),
    );
  return {
    changed: found.filter((change) => !isDeclared(change)).map(renderRowChange),
    declared: found.filter(isDeclared).map(renderRowChange),
  };
}

function changesOf(
  before: RowsSnapshot,
  after: RowsSnapshot,
  isMeantToChange: (table: TableName, column?: string) => boolean = () => false,
): RowChange[] {
  const { changed, cameBack } = compareRows(before, after, { isMeantToChange });
  return [...changed, ...cameBack];
}

/** What is left of a change without that which was so before the rollback already, and not by the migration. */
function withoutFill(
  change: RowChange,
  untilFilled: readonly RowChange[],
  byMigration: readonly RowChange[],
): RowChange[] {
  const filled = untilFilled.find((other) => other.kind === change.kind && isSameRow(other, change));
  const own = byMigration.find((other) => isSameRow(other, change));
  // A row that the migration has taken away can be made once more with the same key.
  if (!filled || (own && own.kind !== 'changed')) return [change];
  if (change.kind !== 'changed') return [];
  const isOwn = (column: string) => own?.columns.some(({ name }) => name === column) === true;
  const isOfFill = (name: string, after: string | null) =>
    filled.columns.some((other) => other.name === name && other.after === after);
  const columns = change.columns.filter(({ name, after }) => isOwn(name) || !isOfFill(name, after));
  return columns.length > 0 ? [{ ...change, columns }] : [];
}

/** Whether a change that was there before the rollback is the reason of one after it: of the same row and values. */
function excuses(other: RowChange, change: RowChange): boolean {
  if (!isSameRow(other, change)) return false;
  if (other.kind === 'gone' || other.kind === change.kind) {
    const names = other.columns.map(({ name }) => name);
    return other.kind === 'gone' || change.columns.every(({ name }) => names.includes(name));
  }
  return false;
}

const isSameRow = (a: RowChange, b: RowChange) => isSameTable(a.table, b.table) && a.row === b.row;

const isSameTable = (a: TableName, b: TableName) => a.schema === b.schema && a.name === b.name;

function tableOf({ tables }: RowsSnapshot, table: TableName): TableRows | undefined {
  return tables.find((other) => isSameTable(other, table));
}

function isIn(snapshot: RowsSnapshot, { table }: RowChange): boolean {
  return tableOf(snapshot, table) !== undefined;
}

/** Whether a table, or one of its columns, is not the same any more, whatever its name is. */
function wasRemade(before: RowsSnapshot, after: RowsSnapshot, table: TableName, column?: string): boolean {
  const [older, newer] = [tableOf(before, table), tableOf(after, table)];
  if (!older || older.oid !== newer?.oid) return true;
  if (column === undefined) return false;
  const numberOf = ({ columns }: TableRows) => columns.find(({ name }) => name === column)?.number;
  return numberOf(older) !== numberOf(newer);
}

/** Calls what was there at the other moment already by the name that it had then. */
function withNamesOf(snapshot: RowsSnapshot, names: RowsSnapshot): RowsSnapshot {
  const known = new Map(names.tables.map((table) => [table.oid, table]));
  const there = new Set(snapshot.tables.map(({ oid }) => oid));
  const tables = snapshot.tables.flatMap((table): TableRows[] => {
    const other = known.get(table.oid);
    // One that took the name of another, which is there under a new one.
    if (!other) return there.has(tableOf(names, table)?.oid ?? 0) ? [] : [table];
    const nameOf = (number: number) => other.columns.find((column) => column.number === number)?.name;
    const columns = table.columns.map((column) => ({
      ...column,
      name: nameOf(column.number) ?? column.name,
    }));
    const renamed = new Map(table.columns.map(({ name }, index) => [name, columns[index]?.name ?? name]));
    const key = table.key.map((name) => renamed.get(name) ?? name);
    return [{ ...table, schema: other.schema, name: other.name, columns, key }];
  });
  return { ...snapshot, tables };
}

/** So that values are compared as text where a migration only changed the type. */
function withTypesOf(snapshot: RowsSnapshot, types: RowsSnapshot): RowsSnapshot {
  const tables = snapshot.tables.map((table) => {
    const other = tableOf(types, table);
    const typeOf = (name: string) => other?.columns.find((column) => column.name === name)?.type;
    const columns = table.columns.map((column) => ({ ...column, type: typeOf(column.name) ?? column.type }));
    // A key that the migration took away still tells which row is which.
    const hasKey = other?.key.every((name) => columns.some((column) => column.name === name));
    return { ...table, columns, key: other && hasKey ? other.key : table.key };
  });
  return { ...snapshot, tables };
}

/** Tables whose rows a marked statement writes; that one drops a column says nothing about the rows. */
async function flaggedTables(script: string): Promise<{ schema?: string | undefined; name: string }[]> {
  const effects = await Promise.all(destructiveStatements(script).map(statementEffects));
  return effects.flatMap(({ locks, changesData, tableChanges }) =>
    changesData !== 'nothing' || tableChanges.some(({ does }) => does === 'truncate')
      ? locks.map(({ relation }) => relation)
      : [],
  );
}
