import type { RollbackSettings } from '../../config/settings';
import type { Session } from '../../database/session';
import type { UndoScript } from '../undo-script';
import { countRows } from './count-rows';
import { readDependencies } from './dependencies';
import { describeObjects } from './describe';
import { followActs } from './follow-acts';
import { losingColumns } from './losing-columns';
import type { Loss } from './loss';
import { readActs } from './read-acts';
import { readTables } from './read-columns';
import { readNames } from './read-names';
import { selectLosses } from './select-losses';
import { findWithin } from './within';

/**
 * Tells what scripts destroy of what is in the database now: their statements are read with PostgreSQL's parser, the
 * catalog says what they hit and what goes along. What the scripts make themselves is no loss. It runs in an open
 * transaction, changes nothing, and fails on no privilege that is missing.
 */
export async function findLosses(
  session: Session,
  scripts: readonly UndoScript[],
  { countLimit }: Pick<RollbackSettings, 'countLimit'>,
): Promise<Loss[]> {
  const { acts } = await readActs(scripts);
  if (acts.length === 0) return [];
  const names = await readNames(session, acts);
  const withForeignKeys = acts.some(({ body }) =>
    body.does === 'truncate' ? body.cascade : body.does === 'change rows' && body.removes,
  );
  const tables = await readTables(session, names.entries, { withForeignKeys });
  // Followed once without dependencies, to learn of which objects these are wanted.
  const { roots } = followActs(acts, names, tables, []);
  const scene = followActs(acts, names, tables, await readDependencies(session, roots));
  const descriptions = await describeObjects(
    session,
    scene.drafts.flatMap(({ address }) => address ?? []),
  );
  const loses = await losingColumns(session, scene.drafts, descriptions);
  const selected = selectLosses(scene, descriptions, loses);
  const within = findWithin(selected);
  const losses: Loss[] = [];
  for (const { loss, facts, counting } of selected) {
    const inside = within(loss);
    const count =
      facts && counting && inside === undefined ? await countRows(session, facts, counting, countLimit) : {};
    losses.push({ ...loss, ...count, ...(inside !== undefined && { within: inside }) });
  }
  return losses;
}
