import type { Migration } from '../../../../core/journal';
import { plural } from '../../../../runner/src/report/plural';
import type { Catalog } from '../../catalog/catalog-object';
import type { Finding } from '../../report/finding';
import type { ScratchDatabase } from '../../scratch/scratch-server';
import type { RangeProof } from './proof';
import { compareRestored, type ProofContext, renderFinding } from './proof-steps';
import { undo } from './undo';

interface Range {
  readonly first: Migration;
  readonly last: Migration;
  readonly target: string | undefined;
}

/**
 * Rolls back everything from the last to the first in one go, as on the night on which it is needed, and compares with
 * what was before the first. Scripts that are right one by one can get in each other's way in one transaction.
 */
export async function proveRange(
  database: ScratchDatabase,
  { first, last, target }: Range,
  before: Catalog,
  context: ProofContext,
): Promise<RangeProof> {
  const started = Date.now();
  const ended = (problems: readonly Finding[]): RangeProof => ({
    ...{ from: last.tag, to: first.tag, state: problems.length > 0 ? 'failed' : 'proven', problems },
    milliseconds: Date.now() - started,
  });
  const span = `${first.tag} to ${last.tag}`;
  const failure = await undo(database, context.journal, target);
  if (failure) {
    const message = `${span}: each can be rolled back, but not all in one go: ${failure.message}`;
    return ended([{ ...failure, message, path: first.path, line: 1 }]);
  }
  const { differences } = await compareRestored(database, before, context, () => true);
  if (differences.length === 0) return ended([]);
  const message = `${span}: rolled back in one go, they leave ${plural(differences.length, 'difference')}`;
  return ended([{ ...renderFinding(message, differences), path: first.path, line: 1 }]);
}
