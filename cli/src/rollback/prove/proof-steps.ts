import type { Journal } from '../../../../core/journal';
import { toGateError } from '../../../../runner/src/errors/to-gate-error';
import { type Catalog, labelOf } from '../../catalog/catalog-object';
import {
  type Change,
  compareCatalogs,
  type Difference,
  type OrderChange,
} from '../../catalog/compare-catalogs';
import { readCatalog } from '../../catalog/read-catalog';
import { renderDifferences } from '../../catalog/render-differences';
import type { HistoryPlace } from '../../catalog/scope';
import type { Finding } from '../../report/finding';
import { replay } from '../../scratch/replay';
import type { ScratchDatabase, ScratchServer } from '../../scratch/scratch-server';
import { unvalidatedKeys } from './unvalidated-keys';

/** What every proof of a run has in common. */
export interface ProofContext {
  readonly server: ScratchServer;
  readonly journal: Journal;
  readonly history: HistoryPlace;
  /** Whether tables are filled, and rows compared. */
  readonly data: boolean;
  /** Whether they are filled only when the migration is applied. @default false */
  readonly startsEmpty?: boolean;
  /** Whether columns in another order, and foreign keys that rows keep from being valid, are a failure. */
  readonly strict: boolean;
}

export function catalogOf({ sql }: ScratchDatabase, { history }: ProofContext): Promise<Catalog> {
  return readCatalog(sql, history);
}

/** Applies what is missing up to a migration; gives what the runner refused it with. */
export async function apply(
  database: ScratchDatabase,
  { journal }: ProofContext,
  tag: string,
): Promise<Finding | undefined> {
  try {
    await replay(database, journal, tag);
    return undefined;
  } catch (error) {
    database.signal.throwIfAborted();
    const { message, detail, remedy, migration = tag, place } = toGateError(error);
    const path = journal.migrations.find((other) => other.tag === migration)?.path;
    return { message, detail, remedy, path, line: place?.line ?? 1 };
  }
}

export interface Comparison {
  readonly differences: readonly Difference[];
  /** Those that only an order of columns makes; none of them where order counts. */
  readonly columnOrder: readonly OrderChange[];
}

/**
 * Tells columns in another order apart from what is really another catalog.
 *
 * @param isOrderFree whether the columns of the object with this label may stand in another order. @default none
 */
export function compare(
  before: Catalog,
  after: Catalog,
  isOrderFree: (label: string) => boolean = () => false,
): Comparison {
  const all = compareCatalogs(before, after);
  const isOrder = (difference: Difference): difference is OrderChange =>
    difference.difference === 'order' && isOrderFree(labelOf(difference));
  return {
    differences: all.filter((difference) => !isOrder(difference)),
    columnOrder: all.filter(isOrder),
  };
}

export interface Restoration extends Comparison {
  /** Foreign keys that are NOT VALID, because rows refer to rows that are gone. */
  readonly unvalidated: readonly Change[];
}

/**
 * What a rollback has left in a database, beside what was there before.
 *
 * @param isOrderFree as for `compare`; where the context is strict, neither order nor NOT VALID is excused.
 */
export async function compareRestored(
  database: ScratchDatabase,
  before: Catalog,
  context: ProofContext,
  isOrderFree: (label: string) => boolean,
): Promise<Restoration> {
  const restored = await catalogOf(database, context);
  if (context.strict) return { ...compare(before, restored), unvalidated: [] };
  const { differences, columnOrder } = compare(before, restored, isOrderFree);
  const unvalidated = await unvalidatedKeys(database.sql, differences);
  return {
    differences: differences.filter((difference) => !unvalidated.some((key) => key === difference)),
    ...{ columnOrder, unvalidated },
  };
}

export function renderFinding(message: string, differences: readonly Difference[]): Finding {
  return { message, detail: renderDifferences(differences) };
}
