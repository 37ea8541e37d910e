import { ReadTextError, readText } from '../../../core/journal/read-text';
import { GateError } from '../../../runner/src/errors/gate-error';
import { isServerError } from '../../../runner/src/errors/server-error';
import { positionOf } from '../../../runner/src/sql/position';
import { splitStatements } from '../../../runner/src/sql/split-statements';
import type { ScratchDatabase } from './scratch-database';

export interface Setup {
  readonly file: string;
  readonly sql: string;
}

/** Roles belong to the server: one of an earlier run, or of the server itself, is as good as a new one. */
const CREATES_ROLE = /^create\s+(?:role|user|group)\b/i;
const DUPLICATE_OBJECT = '42710';

/** @throws GateError (78) when the file can't be read. */
export function readSetup(file: string): Setup {
  try {
    return { file, sql: readText(file) };
  } catch (error) {
    if (!(error instanceof ReadTextError)) throw error;
    throw new GateError('CONFIG', error.message, {
      remedy: 'give --setup a file with the SQL that makes roles, schemas and extensions',
      cause: error,
    });
  }
}

/** @throws GateError (78) with the line of the statement that the server refuses. */
export async function runSetup(
  { sql, signal }: ScratchDatabase,
  { file, sql: script }: Setup,
): Promise<void> {
  for (const { text, start } of splitStatements(script)) {
    signal.throwIfAborted();
    try {
      await sql.unsafe(text);
    } catch (error) {
      if (!isServerError(error)) throw error;
      if (error.code === DUPLICATE_OBJECT && CREATES_ROLE.test(text)) continue;
      throw new GateError('CONFIG', `${file}, line ${positionOf(script, start).line}: ${error.message}`, {
        remedy: 'correct the file that --setup names; it runs on an empty database',
        cause: error,
      });
    }
  }
}
