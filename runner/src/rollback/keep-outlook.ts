import type { RollbackSettings } from '../config/settings';
import { renderBytes } from '../report/bytes';
import { BY_VARIABLES, type Caller } from './caller';
import { isCounted, isMaterialized, type Loss } from './losses/loss';
import { bytesOf } from './losses/render-losses';

/** What will become of the rows that are lost. */
export interface KeepOutlook {
  readonly mode: RollbackSettings['keep'];
  /** Bytes of the tables whose rows are copied; of columns only their values are, so less than this. */
  readonly bytes: number;
  readonly limitBytes: number;
  /** `refused`: more than may be kept; `open`: only the copies will tell. */
  readonly fits: 'yes' | 'open' | 'refused';
}

/** Undefined when nothing that is lost could be kept. */
export function keepOutlook(
  losses: readonly Loss[],
  { keep, keepLimit }: Pick<RollbackSettings, 'keep' | 'keepLimit'>,
): KeepOutlook | undefined {
  const counted = losses.filter(isCounted).filter(isKept);
  if (counted.length === 0) return undefined;
  const surely = bytesOf(counted.filter(({ kind }) => kind !== 'column'));
  const bytes = bytesOf(counted);
  const fits = surely > keepLimit ? 'refused' : bytes > keepLimit ? 'open' : 'yes';
  return { mode: keep, bytes, limitBytes: keepLimit, fits };
}

/** Rows and values of columns are copied; what is only overwritten, or can be computed again, is not. */
function isKept(loss: Loss): boolean {
  const { kind, table, rows } = loss;
  const isTableData = kind === 'table' || kind === 'column' || kind === 'rows';
  return isTableData && table !== undefined && rows !== 0 && !isMaterialized(loss);
}

/** The outlook as a sentence, and what to do about it where it stands in the way. */
export function describeKeep(
  { mode, bytes, limitBytes, fits }: KeepOutlook,
  caller: Pick<Caller, 'discard'> = BY_VARIABLES,
): {
  readonly message: string;
  readonly remedy?: string;
} {
  const limit = `ROLLBACK_KEEP_LIMIT_MB allows ${renderBytes(limitBytes)}`;
  const remedy = `raise ROLLBACK_KEEP_LIMIT_MB to ${Math.ceil(bytes / 2 ** 20)} or more, or lose the rows for good with ${caller.discard}`;
  if (mode === 'discard') {
    return {
      message:
        'WARNING: ROLLBACK_KEEP is discard: no row is copied, and nothing but a backup brings them back',
      remedy: 'to keep copies of rows and values, leave ROLLBACK_KEEP unset',
    };
  }
  if (fits === 'refused') {
    const message = `WARNING: the rows to keep take about ${renderBytes(bytes)}, but ${limit}: the rollback will be refused`;
    return { message, remedy };
  }
  const message = `rows and values that are dropped are copied first, into a schema drizzle_gate_kept_<time>: about ${renderBytes(bytes)}`;
  return fits === 'open'
    ? { message: `WARNING: ${message}, but ${limit}: it may be refused`, remedy }
    : { message };
}
