/** One thing that a rollback destroys. */
export interface Loss {
  /**
   * `table` (also a materialized view): all its rows; `column`: its values; `rows`: what a DELETE or TRUNCATE removes;
   * `values`: what an UPDATE overwrites; `object`: what holds no data of its own (a view, a function, a type).
   */
  readonly kind: 'table' | 'column' | 'rows' | 'values' | 'object';
  /** For example `table public.impact_reports`. */
  readonly what: string;
  /** Tag of the migration whose script destroys it. */
  readonly migration: string;
  /** The table that has the rows or values, as the catalog knows it. */
  readonly table?: LosingTable;
  readonly column?: string;
  /** Rows of the table, or values of the column that are not null; undefined where nothing can be counted. */
  readonly rows?: number;
  /** Whether `rows` is an estimate of the server. */
  readonly isEstimate?: boolean;
  /** What takes it along, where no statement names it: for example `DROP TYPE … CASCADE`. */
  readonly via?: string;
}

export interface LosingTable {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  /** Bytes on disk, with TOAST and without indexes. */
  readonly bytes: number;
}

export function renderLoss({ what, rows, isEstimate, via }: Loss): string {
  const count =
    rows === undefined ? '' : `: ${isEstimate ? 'about ' : ''}${rows} ${rows === 1 ? 'row' : 'rows'}`;
  return `${what}${count}${via === undefined ? '' : ` (by ${via})`}`;
}
