import type { Journal, Migration } from '../../../../core/journal';
import { replay } from '../../scratch/replay';
import type { ScratchServer } from '../../scratch/scratch-server';
import { type CatalogState, readCatalog } from './catalog-state';
import type { Replayed } from './generate-script';

export interface ReplayEach {
  readonly server: ScratchServer;
  readonly journal: Journal;
  readonly wanted: ReadonlySet<Migration>;
  readonly progress: (line: string) => void;
}

/** Applies the folder to a new database and stops at each wanted migration, with the catalogs from before and after it. */
export async function replayEach(
  { server, journal, wanted, progress }: ReplayEach,
  use: (replayed: Replayed & { readonly milliseconds: number }) => Promise<void>,
): Promise<void> {
  const database = await server.createDatabase();
  let state: CatalogState | undefined;
  let applied = 0;
  for (const [index, migration] of journal.migrations.entries()) {
    if (!wanted.has(migration)) continue;
    const since = Date.now();
    const earlier = journal.migrations[index - 1];
    if (earlier && applied < index) {
      progress(
        `replaying ${index - applied} migration${index - applied === 1 ? '' : 's'} before ${migration.tag} …`,
      );
      await replay(database, journal, earlier.tag);
      state = undefined;
    }
    const before = state ?? (await readCatalog(database));
    await replay(database, journal, migration.tag);
    const after = await readCatalog(database);
    applied = index + 1;
    state = after;
    await use({ migration, before, after, database, milliseconds: Date.now() - since });
  }
}
