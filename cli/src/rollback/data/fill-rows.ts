import type postgres from 'postgres';
import { isServerError } from '../../../../runner/src/errors/server-error';
import { ChoiceMaker } from './choices';
import { fillTable } from './fill-table';
import { linkRows } from './link-rows';
import { type HintsByColumn, mineExpression, mineFunction } from './mine-constraints';
import { orderTables, type TableGroup } from './order-tables';
import { type FillTable, readTables } from './read-tables';
import { readTypes, type TypeBook } from './read-types';
import { References } from './references';
import type { TableName } from './schemas';
import { attempt, reasonOf } from './server';

export interface FillOptions {
  /** How many rows each table holds afterwards, where its constraints allow so many. @default 3 */
  readonly rowsPerTable?: number | undefined;
  /** Tables to leave out, beside those that are never the application's. */
  readonly exclude?: readonly TableName[] | undefined;
}

export interface FillReport {
  /** Tables that got rows, and how many. */
  readonly filled: readonly { readonly table: TableName; readonly rows: number }[];
  /** Tables that hold no row, and why. */
  readonly failed: readonly { readonly table: TableName; readonly reason: string }[];
}

/** jit: plans of many small joins look expensive. The timeout ends a search that would take for ever. */
const SETTINGS = `
  set local jit = off;
  set local join_collapse_limit = 1;
  set local statement_timeout = 2000;
  set constraints all immediate`;

/**
 * Fills every table of the application that holds fewer rows with made-up ones, which satisfy all constraints: nullable
 * columns with and without a value, columns with and without their default. The same schema gets the same rows, except
 * where a default of its own says otherwise. Rows that are there already stay as they are, where no trigger changes them.
 * Commits what could be filled; what could not is reported.
 */
export async function fillRows(
  sql: postgres.Sql,
  { rowsPerTable = 3, exclude = [] }: FillOptions = {},
): Promise<FillReport> {
  return (await sql.begin(async (tx) => {
    await tx.unsafe(SETTINGS);
    const tables = await readTables(tx, exclude);
    const book = await readTypes(
      tx,
      tables.flatMap(({ columns }) => columns.map(({ typeOid }) => typeOid)),
    );
    const filler = new Filler(tx, new References(tx, tables), book, rowsPerTable);
    const groups = orderTables(tables);
    for (const group of groups) await filler.fillGroup(group);
    // A trigger may want rows that only came later.
    for (const group of groups) if (filler.hasFailed(group)) await filler.fillGroup(group);
    return filler.report(tables);
  })) as FillReport;
}

class Filler {
  private readonly added = new Map<FillTable, number>();
  private readonly reasons = new Map<FillTable, string>();

  constructor(
    private readonly tx: postgres.TransactionSql,
    private readonly references: References,
    private readonly book: TypeBook,
    private readonly count: number,
  ) {}

  hasFailed({ tables }: TableGroup): boolean {
    return tables.some((table) => this.reasons.has(table));
  }

  report(tables: readonly FillTable[]): FillReport {
    const nameOf = ({ schema, name }: FillTable) => ({ schema, name });
    return {
      filled: tables.flatMap((table) => {
        const rows = this.added.get(table) ?? 0;
        return rows > 0 ? [{ table: nameOf(table), rows }] : [];
      }),
      failed: tables.flatMap((table) => {
        const reason = this.reasons.get(table);
        return reason === undefined ? [] : [{ table: nameOf(table), reason }];
      }),
    };
  }

  /** Fills tables that refer to each other; what is checked at their end undoes all of them when it fails. */
  async fillGroup(group: TableGroup): Promise<void> {
    const before = new Map(this.added);
    try {
      await this.tx.savepoint(async (inner) => {
        if (group.postponed.length > 0) await inner.unsafe('set constraints all deferred');
        for (const key of group.postponed) this.references.postpone(key);
        for (const table of group.tables) await this.fill(table);
        if (group.postponed.length > 0) await inner.unsafe('set constraints all immediate');
      });
    } catch (error) {
      if (!isServerError(error)) throw error;
      for (const table of group.tables) {
        this.added.set(table, before.get(table) ?? 0);
        this.reasons.set(table, reasonOf(error));
      }
      await attempt(this.tx, 'set constraints all immediate');
    }
    for (const { table, key } of group.linkedLater)
      if (this.added.get(table)) await linkRows(this.tx, table, key, this.references);
  }

  private async fill(table: FillTable): Promise<void> {
    const choices = new ChoiceMaker(this.tx, table, this.book, await hintsOf(table));
    const { added, rows, reason } = await fillTable(this.tx, table, choices, this.references, this.count);
    this.added.set(table, (this.added.get(table) ?? 0) + added);
    if (rows === 0 && reason !== undefined) this.reasons.set(table, reason);
    else this.reasons.delete(table);
  }
}

async function hintsOf({ checks, partitions, exclusions, triggers }: FillTable): Promise<HintsByColumn> {
  const hints: HintsByColumn = new Map();
  for (const { sql } of checks) await mineExpression(sql, hints);
  for (const partition of partitions) if (partition) await mineExpression(partition, hints);
  for (const { predicate } of exclusions) if (predicate) await mineExpression(predicate, hints);
  for (const definition of triggers) await mineFunction(definition, hints);
  return hints;
}
