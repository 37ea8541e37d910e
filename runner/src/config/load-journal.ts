import { type Journal, JournalError, readJournalInTurns } from '../../../core/journal';
import { atOnce, type Turns } from '../../../core/turns';
import { GateError, GateErrors } from '../errors/gate-error';
import { holdYoungSpace } from '../young-space';
import type { MigrationSettings } from './settings';

/** Migrations. */
const MANY = 250;

/**
 * Reads the migrations folder and holds it against the manifest.
 *
 * @throws GateError: 78 when the folder is faulty, 81 when it is not the one that the manifest was made for.
 */
export function loadJournal(settings: MigrationSettings): Journal {
  return atOnce(loadJournalInTurns(settings));
}

/** The same in turns. */
export function* loadJournalInTurns({ folder, folderSource, digest }: MigrationSettings): Turns<Journal> {
  const journal = yield* read(folder, folderSource);
  if (digest !== undefined && digest !== journal.digest) {
    throw new GateError(
      'MISMATCH',
      `the migrations in ${folder} are not those that the manifest was made for (digest ${journal.digest.slice(0, 12)}, the manifest says ${digest.slice(0, 12)})`,
      { remedy: 'deploy the image that was built from the same commit as the manifest' },
    );
  }
  return journal;
}

function* read(folder: string, source: string | undefined): Turns<Journal> {
  try {
    return yield* readJournalInTurns(folder, source, (count) => {
      if (count > MANY) holdYoungSpace();
    });
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    throw new GateErrors('CONFIG', error.named);
  }
}
