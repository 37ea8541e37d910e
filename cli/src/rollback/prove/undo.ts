import { Command, EMPTY_TARGET, EXIT } from '../../../../core/contract';
import type { Journal } from '../../../../core/journal';
import { readPlace } from '../../../../runner/src/errors/place';
import type { LogEvent } from '../../../../runner/src/report/render-event';
import { runContainer } from '../../rehearse/run-container';
import { honoured } from '../../scratch/replay';
import type { ScratchDatabase } from '../../scratch/scratch-server';

/** What the runner said when it could not roll back. */
export interface UndoFailure {
  readonly message: string;
  readonly detail?: string | undefined;
  /** Of the script in which it stopped. */
  readonly migration?: string | undefined;
  readonly line?: number | undefined;
}

/**
 * Rolls back to `target` with the runner itself: it makes the plan, and runs it with the token of that plan.
 *
 * @returns what it refused or failed with; undefined when it did what it promises.
 */
export async function undo(
  database: ScratchDatabase,
  journal: Journal,
  target: string | undefined,
): Promise<UndoFailure | undefined> {
  const env = {
    ...honoured(),
    DATABASE_URL: database.url,
    MIGRATIONS_FOLDER: journal.folder,
    ROLLBACK_TARGET: target ?? EMPTY_TARGET,
    ROLLBACK_DELAY_SECONDS: '0',
    // The rows are made up, and go with the database.
    ROLLBACK_KEEP: 'discard',
    SHOW_ERROR_DETAIL: 'true',
  };
  const run = (more: Record<string, string> = {}) =>
    runContainer({ args: [Command.ROLLBACK], env: { ...env, ...more } }, () => undefined, database.signal);
  const plan = await run();
  const token = plan.events.find(({ event }) => event === 'rollback_plan')?.token;
  if (plan.exitCode !== EXIT.NOT_CONFIRMED.code || typeof token !== 'string') {
    return failureOf(plan.events, plan.exitCode);
  }
  const { exitCode, events } = await run({ ROLLBACK_CONFIRM: token });
  return exitCode === 0 ? undefined : failureOf(events, exitCode);
}

function failureOf(events: readonly LogEvent[], exitCode: number): UndoFailure {
  const errors = events.filter(({ level }) => level === 'error');
  // The last says why; those before it, that something failed.
  const problem = errors.at(-1);
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  const message = problem?.message ?? `the runner ended with exit code ${exitCode} and said nothing`;
  const line = readPlace(problem?.place)?.line;
  return {
    ...{ message, detail: text(problem?.detail), migration: text(problem?.migration) },
    ...(line !== undefined && { line }),
  };
}
