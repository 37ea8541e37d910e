import type { ScratchDatabase, ScratchServer } from '../../scratch/scratch-server';
import { type CatalogState, readCatalog } from './catalog-state';
import { detachSequences, dropExpressions } from './keep-values';
import { renameBack } from './rename-back';
import { type Step, step } from './step';

export interface UndoneInPlace {
  readonly steps: readonly Step[];
  readonly hasRenames: boolean;
  /** What the database is once they have run. */
  readonly state: CatalogState;
}

/**
 * What is undone without dropping and making, which a comparison of catalogs does not find by itself: names, and what
 * rows and sequences would lose. Tried on a copy of the database.
 */
export async function undoInPlace(
  server: ScratchServer,
  database: ScratchDatabase,
  before: CatalogState,
  after: CatalogState,
): Promise<UndoneInPlace> {
  const renames = renameBack(before.identities, after.identities).map((sql) => step(sql));
  const wanted = [...detachSequences(before, after), ...renames, ...dropExpressions(before, after)];
  if (wanted.length === 0) return { steps: [], hasRenames: false, state: after };
  const copy = await server.createDatabase({ template: database });
  try {
    const steps = await runWhatCan(copy, wanted);
    const hasRenames = steps.some((done) => renames.includes(done));
    return { steps, hasRenames, state: steps.length > 0 ? await readCatalog(copy) : after };
  } finally {
    await copy.drop();
  }
}

/** What can't be undone in this way is left to the plan, which then drops and makes. */
async function runWhatCan(copy: ScratchDatabase, steps: readonly Step[]): Promise<Step[]> {
  const done: Step[] = [];
  for (const each of steps) {
    try {
      await copy.sql.unsafe(each.sql);
      done.push(each);
    } catch {
      // What depended on it fails in the same way.
    }
  }
  return done;
}
