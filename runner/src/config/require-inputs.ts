import type { Journal } from '../../../core/journal';
import { GateError, GateErrors } from '../errors/gate-error';
import { unknownTagProblems } from './accept-edited';
import type { Connection } from './connection';
import { loadJournal } from './load-journal';
import { requireConnection, type Settings } from './settings';

export interface Inputs {
  readonly connection: Connection;
  readonly journal: Journal;
}

/**
 * What a command needs before it connects: sound settings and a sound migrations folder.
 *
 * @throws GateError: 78 with all that is wrong with either, or 69 where it may pass, 81 when only the folder is not the manifest's.
 */
export function requireInputs(settings: Settings): Inputs {
  const journal = tryLoad(settings);
  if (settings.problems.length > 0) {
    const folder = folderProblems(settings, journal);
    throw new GateErrors(
      folder.length > 0 ? 'CONFIG' : settings.problemsExit,
      [...settings.problems, ...folder],
      'correct the environment and run again',
    );
  }
  if (journal instanceof GateError) throw journal;
  return { connection: requireConnection(settings), journal };
}

function tryLoad({ migrations }: Settings): Journal | GateError {
  try {
    return loadJournal(migrations);
  } catch (error) {
    if (error instanceof GateError) return error;
    throw error;
  }
}

function folderProblems({ history }: Settings, journal: Journal | GateError): readonly string[] {
  if (journal instanceof GateErrors) return journal.problems;
  if (journal instanceof GateError) return [journal.message];
  return unknownTagProblems(
    history.acceptEdited,
    journal.migrations.map(({ tag }) => tag),
  );
}
