import type postgres from 'postgres';
import { quoteIdentifier, quoteName } from '../../../../runner/src/sql/quote';
import type { KeyRows } from './conditions';
import type { FillTable, ForeignKey } from './read-tables';
import { attempt } from './server';
import { rotate } from './type-values';

/** Keys of a referenced table that rows are made to refer to. */
const MOST_KEYS = 8;

/** What foreign keys can refer to now, and what they refer to that is yet to come. */
export class References {
  private readonly rows = new Map<ForeignKey, KeyRows>();
  /** Foreign keys whose target is filled later, in the same transaction. */
  private readonly postponed = new Set<ForeignKey>();
  private readonly byOid: ReadonlyMap<number, FillTable>;

  constructor(
    private readonly tx: postgres.TransactionSql,
    tables: readonly FillTable[],
  ) {
    this.byOid = new Map(tables.map((table) => [table.oid, table]));
  }

  postpone(key: ForeignKey): void {
    this.postponed.add(key);
  }

  isPostponed(key: ForeignKey): boolean {
    return this.postponed.has(key);
  }

  rowsOf(key: ForeignKey): KeyRows {
    return this.rows.get(key) ?? [];
  }

  /** Reads the keys that the table can refer to. */
  async load(table: FillTable): Promise<void> {
    for (const key of table.foreignKeys) {
      if (!this.rows.has(key) || key.target === table.oid) this.rows.set(key, await this.readKeys(key));
    }
  }

  forget(table: FillTable): void {
    for (const key of table.foreignKeys) this.rows.delete(key);
  }

  /** For the n-th row, the values that its columns should have: of rows that it refers to, or that refer to it. */
  async wantedBy(table: FillTable, n: number): Promise<Map<string, string[]>> {
    const wanted = new Map<string, string[]>();
    const add = (column: string, values: readonly string[]) =>
      wanted.set(column, [...(wanted.get(column) ?? []), ...values]);
    for (const key of this.postponed) {
      const owner = [...this.byOid.values()].find(({ foreignKeys }) => foreignKeys.includes(key));
      if (key.target !== table.oid || !owner || owner === table) continue;
      const missing = rotate(await this.readDangling(owner, key, table), n - 1);
      for (const [index, column] of key.targetColumns.entries()) add(column, valuesAt(missing, index));
    }
    for (const [index, key] of table.foreignKeys.entries()) {
      const others = table.foreignKeys.slice(0, index).filter(({ target }) => target === key.target);
      // Two rows have one parent in common: rows further down may have to agree in a parent of their parents.
      const rows = rotate(this.rowsOf(key), Math.floor((n - 1) / 2) + others.length);
      for (const [position, column] of key.columns.entries()) add(column, valuesAt(rows, position));
    }
    return wanted;
  }

  private async readKeys(key: ForeignKey): Promise<KeyRows> {
    const target = this.byOid.get(key.target);
    const name = target ? quoteName(target) : await this.nameOf(key.target);
    const columns = key.targetColumns.map(quoteIdentifier);
    return this.readRows(
      `select distinct ${texts(columns)} as key from ${name}
       where ${columns.map((column) => `${column} is not null`).join(' and ')} order by 1 limit ${MOST_KEYS}`,
    );
  }

  /** Keys that rows refer to already, and that are not there yet. */
  private async readDangling(owner: FillTable, key: ForeignKey, target: FillTable): Promise<KeyRows> {
    const [own, other] = [key.columns.map(quoteIdentifier), key.targetColumns.map(quoteIdentifier)];
    const meets = own.map((column, index) => `o.${column} = t.${other[index]}`).join(' and ');
    return this.readRows(
      `select distinct ${texts(own.map((column) => `o.${column}`))} as key from ${quoteName(owner)} o
       where ${own.map((column) => `o.${column} is not null`).join(' and ')}
         and not exists (select 1 from ${quoteName(target)} t where ${meets}) order by 1 limit ${MOST_KEYS}`,
    );
  }

  private async readRows(query: string): Promise<KeyRows> {
    const rows = await attempt(this.tx, `select pg_catalog.to_json(key)::text as key from (${query}) k`);
    return Array.isArray(rows) ? rows.map(({ key }) => JSON.parse(String(key))) : [];
  }

  private async nameOf(oid: number): Promise<string> {
    const rows = await attempt(this.tx, `select '${oid}'::pg_catalog.regclass::text as name`);
    return Array.isArray(rows) ? String(rows[0]?.name) : '';
  }
}

function texts(columns: readonly string[]): string {
  return `array[${columns.map((column) => `${column}::text`).join(', ')}]`;
}

function valuesAt(rows: KeyRows, index: number): string[] {
  return rows.flatMap((row) => row[index] ?? []);
}
