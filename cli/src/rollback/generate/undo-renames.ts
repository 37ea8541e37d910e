import type { ScratchDatabase, ScratchServer } from '../../scratch/scratch-server';
import { type CatalogState, readCatalog } from './catalog-state';
import { renameBack } from './rename-back';

export interface UndoneRenames {
  readonly statements: readonly string[];
  /** What the database is once they have run. */
  readonly state: CatalogState;
}

/** Gives everything its old name back, on a copy of the database. */
export async function undoRenames(
  server: ScratchServer,
  database: ScratchDatabase,
  before: CatalogState,
  after: CatalogState,
): Promise<UndoneRenames> {
  const statements = renameBack(before.identities, after.identities);
  if (statements.length === 0) return { statements, state: after };
  const copy = await server.createDatabase({ template: database });
  try {
    const done = await runWhatCan(copy, statements);
    return { statements: done, state: done.length > 0 ? await readCatalog(copy) : after };
  } finally {
    await copy.drop();
  }
}

/** A name that can't be given back is left to the plan, which then drops and makes. */
async function runWhatCan(copy: ScratchDatabase, statements: readonly string[]): Promise<string[]> {
  const done: string[] = [];
  for (const sql of statements) {
    try {
      await copy.sql.unsafe(sql);
      done.push(sql);
    } catch {
      // What depended on it fails in the same way.
    }
  }
  return done;
}
