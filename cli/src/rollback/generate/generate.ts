import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { EXIT } from '../../../../core/contract';
import { type Journal, type Migration, preferredScriptName, readJournal } from '../../../../core/journal';
import { withScratchServer } from '../../scratch/scratch-server';
import { existingScript } from './existing-script';
import type { GeneratedScript } from './generate-script';
import { type Outcome, renderOutcome } from './outcome';
import { historyPlace } from './own-facts';
import { replayEach } from './replay-each';
import { selectMigrations } from './select-migrations';

export interface GenerateOptions {
  /** Tags or numbers; none means the last migration. */
  readonly tags: readonly string[];
  /** All that have no script. */
  readonly missing: boolean;
  readonly migrations: string;
  readonly server: string | undefined;
  readonly setup: string | undefined;
  /** Whether an existing script is written anew. */
  readonly force: boolean;
  /** Whether the scripts are printed instead of written. */
  readonly stdout: boolean;
  readonly version: string;
  /** A line about what was done. */
  readonly print: (line: string) => void;
  /** A script that is not written. */
  readonly emit: (script: string) => void;
  readonly progress: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Writes the rollback scripts of migrations from the difference that each makes to the catalogs.
 *
 * @returns 0, or 90 when one could not be made or does not restore what was there before.
 */
export async function generate(options: GenerateOptions): Promise<number> {
  const journal = readJournal(options.migrations, '--migrations');
  const wanted = options.missing ? journal.migrations : selectMigrations(journal, options.tags);
  const report = options.stdout ? options.progress : options.print;
  const outcomes: Outcome[] = [];
  const tell = (outcome: Outcome) => {
    outcomes.push(outcome);
    report(renderOutcome(outcome));
  };
  const open = wanted.filter((migration) => {
    const settled = settledAlready(migration, journal, options);
    if (settled && !(options.missing && settled.kind === 'kept')) tell(settled);
    return settled === undefined;
  });
  if (open.length > 0) await generateOpen(journal, open, options, tell);
  else if (outcomes.length === 0) report('every migration has a rollback script');
  return outcomes.some(isFailure) ? EXIT.CHECKS_FAILED.code : EXIT.OK.code;
}

function isFailure(outcome: Outcome): boolean {
  return outcome.kind === 'failed' || (outcome.kind === 'written' && outcome.trial.kind !== 'restored');
}

function settledAlready(
  migration: Migration,
  { folder }: Journal,
  { force, stdout }: GenerateOptions,
): Outcome | undefined {
  const { tag } = migration;
  const { path, irreversible } = existingScript(migration, folder);
  if (irreversible !== undefined) return { kind: 'irreversible', tag, reason: irreversible };
  if (path !== undefined && !force && !stdout) return { kind: 'kept', tag, path: relative(folder, path) };
  return undefined;
}

async function generateOpen(
  journal: Journal,
  open: readonly Migration[],
  options: GenerateOptions,
  tell: (outcome: Outcome) => void,
): Promise<void> {
  // Only this command needs pg-delta and what it brings.
  const { generateScript } = await import('./generate-script');
  const { server: url, setup, signal, version, progress } = options;
  const place = historyPlace(process.env);
  await withScratchServer(
    url,
    signal,
    async (server) => {
      await replayEach({ server, journal, wanted: new Set(open), progress }, async (replayed) => {
        const { tag } = replayed.migration;
        const since = Date.now();
        try {
          const script = await generateScript(replayed, { server, place, version });
          const path = deliver(script, replayed.migration, journal, options);
          const { manual, trial } = script;
          tell({
            kind: 'written',
            tag,
            path,
            manual,
            trial,
            milliseconds: replayed.milliseconds + Date.now() - since,
          });
        } catch (error) {
          signal.throwIfAborted();
          if (!isPlanError(error)) throw error;
          tell({ kind: 'failed', tag, reason: error.message });
        }
      });
    },
    { setup, sources: journal.migrations.map(({ sql }) => sql), tell: progress },
  );
}

/** pg-delta says in an Error of its own what it can't do; whatever has a code is of the system or the server. */
function isPlanError(error: unknown): error is Error {
  return error instanceof Error && error.constructor === Error && !('code' in error);
}

/** @returns where the script stands, relative to the folder; undefined when it was printed. */
function deliver(
  { sql }: GeneratedScript,
  migration: Migration,
  journal: Journal,
  { stdout, emit }: GenerateOptions,
): string | undefined {
  if (stdout) {
    emit(sql);
    return undefined;
  }
  // A second script beside one of another name would be ambiguous.
  const path =
    existingScript(migration, journal.folder).path ??
    join(journal.folder, ...preferredScriptName(journal, migration).split('/'));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, sql);
  return relative(journal.folder, path);
}
