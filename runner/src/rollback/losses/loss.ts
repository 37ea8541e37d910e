import { plural } from '../../report/plural';

/** One thing that a rollback destroys. */
export interface Loss {
  /**
   * `table` (also a materialized view): all its rows; `column`: its values; `rows`: what a DELETE or TRUNCATE removes;
   * `values`: what an UPDATE or a change of type overwrites; `object`: what holds no data of its own (a view, a
   * function, a type).
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
  /** Why something that holds data is not counted. */
  readonly uncounted?: string;
  /** What takes it along, where no statement names it: for example `DROP TYPE … CASCADE`. */
  readonly via?: string;
  /**
   * Oid of another table in the same list with whose rows these are counted already: a partition of a table that goes as
   * a whole, or a column of one.
   */
  readonly within?: number;
}

export interface LosingTable {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  /** Bytes on disk, with TOAST and without indexes; of a partitioned table, those of its partitions. */
  readonly bytes: number;
}

/** Whether it holds data, and so takes part in counts and confirmations by number. */
export function holdsData({ kind }: Loss): boolean {
  return kind !== 'object';
}

/** Whether what it holds can be computed again from what it selects. */
export function isMaterialized({ what }: Loss): boolean {
  return what.startsWith('materialized view ');
}

/** Whether it is told and confirmed by itself, and not as a part of another loss. */
export function isCounted({ within }: Loss): boolean {
  return within === undefined;
}

/** By what a loss is known again in a later plan. */
export function keyOfLoss({ kind, what, column }: Loss): string {
  return JSON.stringify([kind, what, column ?? null]);
}

/** The count for a person, for example `about 1,204 values`; empty for what holds no data. */
export function renderCount(loss: Loss): string {
  const { kind, rows, isEstimate, uncounted } = loss;
  if (!holdsData(loss)) return '';
  if (rows === undefined) return uncounted ? `not counted: ${uncounted}` : 'not counted';
  const noun = kind === 'column' || kind === 'values' ? 'value' : 'row';
  const text = plural(rows, noun).replace(/^\d+/, (digits) => Number(digits).toLocaleString('en-US'));
  return `${isEstimate ? 'about ' : ''}${text}`;
}

export function renderLoss(loss: Loss): string {
  const count = renderCount(loss);
  return `${loss.what}${count && `: ${count}`}${loss.via === undefined ? '' : ` (by ${loss.via})`}`;
}
