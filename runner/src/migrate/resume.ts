import { type Progress, type StatementProgress, statementHash } from '../database/progress';
import { GateErrors } from '../errors/gate-error';
import type { ClassifiedStatement } from '../sql/script-statements';
import { undoneSettings } from './undone-settings';
import type { PlannedScript } from './unit';

export interface StartedStatement extends Pick<StatementProgress, 'remembered'> {
  readonly number: number;
}

/** Where an interrupted migration goes on. */
export interface ResumePoint {
  /** Numbers of the statements whose work is committed. */
  readonly done: ReadonlySet<number>;
  /** The statement that was begun outside a transaction and whose end nobody noted. */
  readonly started: StartedStatement | undefined;
  /** Numbers of the settings before that point which no longer hold, because the file rolled them back. */
  readonly undone: ReadonlySet<number>;
}

/** Numbers of the statements that have run, but in whose place the file has another one now. */
export function changedStatements(statements: readonly ClassifiedStatement[], progress: Progress): number[] {
  const byNumber = new Map(statements.map((statement) => [statement.number, statement]));
  return [...progress].flatMap(([number, { state, hash }]) =>
    state === 'done' && !isSame(byNumber.get(number), hash) ? [number] : [],
  );
}

/** Why a migration can't go on, one problem for each statement that ran with another text. */
export function changeProblems(tag: string, changed: readonly number[]): string[] {
  return changed.map(
    (number) =>
      `${tag}: statement ${number} has run already, in an attempt that stopped midway, but the file has another one in its place`,
  );
}

export function changeRemedy(tag: string): string {
  return `restore the statements that have run, and correct only those after them; or give the migration up: undo by hand what has run, and forget it with: drizzle-gate repair --forget ${tag}`;
}

/**
 * Holds the progress of an interrupted migration against its file. What has not run yet may have been corrected in
 * the meantime; what has run must still stand there.
 *
 * @throws GateErrors (81) naming the statements that ran with another text.
 */
export function resumePoint({ migration, statements }: PlannedScript, progress: Progress): ResumePoint {
  const changed = changedStatements(statements, progress);
  if (changed.length > 0) {
    throw new GateErrors('MISMATCH', changeProblems(migration.tag, changed), changeRemedy(migration.tag));
  }
  const byNumber = new Map(statements.map((statement) => [statement.number, statement]));
  const entries = [...progress];
  const started = entries.find(
    ([number, { state, hash }]) => state === 'started' && isSame(byNumber.get(number), hash),
  );
  const done = new Set(entries.filter(([, { state }]) => state === 'done').map(([number]) => number));
  return {
    done,
    undone: undoneSettings(statements, Math.max(0, ...done)),
    started: started && { number: started[0], remembered: started[1].remembered },
  };
}

function isSame(statement: ClassifiedStatement | undefined, hash: string): boolean {
  return statement !== undefined && statementHash(statement) === hash;
}
