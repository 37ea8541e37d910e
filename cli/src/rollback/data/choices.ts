import type postgres from 'postgres';
import { quoteLiteral } from '../../../../runner/src/sql/quote';
import { isWellKnown } from './base-values';
import { type HintsByColumn, noHints } from './mine-constraints';
import type { FillColumn, FillTable } from './read-tables';
import type { TypeBook } from './read-types';
import { attempt } from './server';
import { valuesOf } from './type-values';

/** Values, beside those of its type, that a column should have: keys of other rows. */
export type Wanted = ReadonlyMap<string, readonly string[]>;

export interface Wish {
  /** Values are distinct per number. */
  readonly n: number;
  /** Of the tries for one row: later ones prefer less usual values. */
  readonly round: number;
  readonly style: 'mixed' | 'values' | 'defaults' | 'nulls';
}

/** Makes the values that are tried for the columns of one table. */
export class ChoiceMaker {
  private readonly known = new Map<string, boolean>();

  constructor(
    private readonly tx: postgres.TransactionSql,
    private readonly table: FillTable,
    private readonly book: TypeBook,
    private readonly hints: HintsByColumn,
  ) {}

  /** What a column of the n-th row should be; mixed: in turn, from row to row and from column to column. */
  turnOf(column: FillColumn, { n, style }: Wish): 'value' | 'null' | 'default' {
    const turn = (n + this.table.columns.indexOf(column)) % 3;
    const hasDefault = column.expression !== null && column.identity === '';
    if (this.isNullable(column) && (style === 'nulls' || (style === 'mixed' && turn === 2))) return 'null';
    return hasDefault && (style === 'defaults' || (style === 'mixed' && turn === 0)) ? 'default' : 'value';
  }

  isNullable({ notNull, typeOid }: FillColumn): boolean {
    return !notNull && !this.book.get(typeOid)?.notNull;
  }

  /** SQL of at most `most` values for the n-th row, the preferred ones first; empty when no valid one is known. */
  async choicesOf(
    column: FillColumn,
    wish: Wish,
    wanted: readonly string[],
    most: number,
  ): Promise<string[]> {
    const hints = this.hints.get(column.name) ?? noHints();
    const texts = [...wanted, ...valuesOf(this.book, column.typeOid, column.typmod, wish.n, hints)];
    const several = [...new Set(texts)].slice(0, Math.max(4 * most, 30));
    const valid = most === 1 && this.isPlain(column) ? several : await this.valid(column.type, several);
    const values = valid.slice(0, most).map((text) => `${quoteLiteral(text)}::${column.type}`);
    const turn = this.turnOf(column, wish);
    if (this.isNullable(column)) values.splice(turn === 'null' ? 0 : 1, 0, `null::${column.type}`);
    if (column.expression !== null && !/\bnextval\(/.test(column.expression)) {
      values.splice(turn === 'default' ? 0 : 2, 0, `(${column.expression})::${column.type}`);
    }
    return values;
  }

  /** Of a type whose values need no question to the server. */
  private isPlain({ typeOid }: FillColumn): boolean {
    const type = this.book.get(typeOid);
    const element = type?.kind === 'array' ? this.book.get(type.inner) : type;
    return element?.kind === 'enum' || (element?.kind === 'base' && isWellKnown(element.name));
  }

  /** Texts that the server takes as values of the type. */
  private async valid(type: string, texts: readonly string[]): Promise<string[]> {
    const key = (text: string) => `${type} ${text}`;
    const unknown = texts.filter((text) => !this.known.has(key(text)));
    const casts = (some: readonly string[]) =>
      `select ${some.map((text) => `${quoteLiteral(text)}::${type} is null`).join(', ')}`;
    if (unknown.length > 0) {
      const all = Array.isArray(await attempt(this.tx, casts(unknown)));
      for (const text of unknown) {
        this.known.set(key(text), all || Array.isArray(await attempt(this.tx, casts([text]))));
      }
    }
    return texts.filter((text) => this.known.get(key(text)));
  }
}
