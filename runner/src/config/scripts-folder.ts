import { readdirSync } from 'node:fs';
import { Command } from '../../../core/contract';

/** The commands whose outcome depends on the rollback scripts. */
const READERS: readonly string[] = [Command.ROLLBACK, Command.ROLLBACK_PLAN, Command.ROLLBACK_PREFLIGHT];

/**
 * What is wrong with ROLLBACK_FOLDER, for a command that reads scripts: without this the image's own would silently be
 * taken in place of those that were to be mounted.
 */
export function scriptsFolderProblems(folder: string | undefined, command: string | undefined): string[] {
  if (folder === undefined || command === undefined || !READERS.includes(command)) return [];
  try {
    readdirSync(folder);
    return [];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const problem =
      code === 'ENOENT'
        ? 'does not exist; mount the folder with the rollback scripts there, or unset it'
        : code === 'ENOTDIR'
          ? 'is not a folder; give the folder that holds the rollback scripts'
          : `cannot be read (${code}); make it readable`;
    return [`ROLLBACK_FOLDER is ${JSON.stringify(folder)}, which ${problem}`];
  }
}
