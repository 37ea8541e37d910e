import { randomBytes } from 'node:crypto';
import {
  accessSync,
  constants,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { GateError } from '../../../runner/src/errors/gate-error';

/** Stands for standard output. */
export const STANDARD_OUTPUT = '-';

/** @throws GateError (78) where the file can't be written, as far as can be said before it is. */
export function checkPageFile(path: string): void {
  if (path === STANDARD_OUTPUT) return;
  if (statOf(path)?.isDirectory()) {
    throw unwritable(
      path,
      'is a folder',
      `give the name of a file, for example ${join(path, 'history.html')}`,
    );
  }
  const folder = dirname(targetOf(path));
  if (!statOf(folder)?.isDirectory()) {
    throw unwritable(
      path,
      `lies in ${JSON.stringify(folder)}, which is no folder`,
      'make the folder, or give another file',
    );
  }
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch {
    throw unwritable(
      path,
      `lies in ${JSON.stringify(folder)}, into which this user may not write`,
      'give a file in a folder of your own',
    );
  }
}

/**
 * Writes the page. A file that is there is replaced at once or not at all, so that nobody reads half of one; a link stays
 * one, and what is no file (a pipe, a device) is written into.
 *
 * @throws GateError (78)
 */
export async function writePageFile(path: string, text: string): Promise<void> {
  if (path === STANDARD_OUTPUT) return writeStandardOutput(text);
  const there = statOf(path);
  const target = targetOf(path);
  const beside = join(dirname(target), `.drizzle-gate-${randomBytes(6).toString('hex')}.tmp`);
  try {
    if (there && !there.isFile()) {
      writeFileSync(path, text);
      return;
    }
    writeFileSync(beside, text, { flag: 'wx', mode: there ? there.mode & 0o777 : 0o666 });
    renameSync(beside, target);
  } catch (error) {
    rmSync(beside, { force: true });
    const { code } = error as NodeJS.ErrnoException;
    throw unwritable(
      path,
      `can't be written (${code ?? 'unknown'})`,
      'give a file that can be written',
      error,
    );
  }
}

function unwritable(path: string, problem: string, remedy: string, cause?: unknown): GateError {
  return new GateError('CONFIG', `--html: ${JSON.stringify(path)} ${problem}`, { remedy, cause });
}

/** Undefined where nothing is, or nobody can tell: writing then says why. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

function targetOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** A reader that goes away has what it wanted. */
function writeStandardOutput(text: string): Promise<void> {
  process.stdout.on('error', () => undefined);
  return new Promise((resolve) => {
    process.stdout.write(text, () => resolve());
  });
}
