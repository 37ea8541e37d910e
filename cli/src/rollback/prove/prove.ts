import { ENV, EXIT } from '../../../../core/contract';
import { type Journal, type Migration, readJournal } from '../../../../core/journal';
import { withScratchServer } from '../../scratch/scratch-server';
import { changedFiles, defaultBase, repositoryRoot } from '../../selection/changed-files';
import { selectByFile, selectByTag } from '../../selection/select-migrations';
import { hasFailed, type Proof, type ProofReport } from './proof';
import { Prover } from './prover';
import type { ProofPrinter } from './report/printer';

export interface ProveOptions {
  readonly folder: string;
  /** Tags or numbers; none means all. */
  readonly tags: readonly string[];
  /** Only what changed since this branch was left; `true` for the branch that is mostly meant. */
  readonly changed: string | true | undefined;
  readonly server: string | undefined;
  readonly setup: string | undefined;
  readonly data: boolean;
  readonly strict: boolean;
  readonly range: boolean;
  readonly environment: NodeJS.ProcessEnv;
  /** A line about what becomes of the server. */
  readonly tell?: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Proves the rollback scripts of a folder on databases that exist only for it.
 *
 * @returns 0 when all that was asked for is proven or declared irreversible, else 90.
 */
export async function prove(
  options: ProveOptions,
  makePrinter: (journal: Journal, root: string | undefined) => ProofPrinter,
): Promise<number> {
  const { folder, environment, signal } = options;
  const journal = readJournal(folder, '--migrations');
  const chosen = await choose(journal, options);
  const printer = makePrinter(journal, await repositoryRoot(folder));
  printer.begin(chosen);
  if (chosen.length === 0) {
    printer.end({ proofs: [] });
    return EXIT.OK.code;
  }
  const history = {
    schema: environment.MIGRATIONS_SCHEMA || ENV.MIGRATIONS_SCHEMA.default,
    table: environment.MIGRATIONS_TABLE || ENV.MIGRATIONS_TABLE.default,
  };
  const report = await withScratchServer(
    options.server,
    signal,
    async (server): Promise<ProofReport> => {
      const prover = new Prover({ server, journal, history, data: options.data, strict: options.strict });
      const proofs: Proof[] = [];
      for (const migration of chosen) {
        signal.throwIfAborted();
        const proof = await prover.prove(migration);
        printer.proof(proof);
        proofs.push(proof);
      }
      const range = options.range ? await prover.proveRange() : undefined;
      return { proofs, range };
    },
    {
      setup: options.setup,
      sources: journal.migrations.map(({ sql }) => sql),
      ...(options.tell && { tell: options.tell }),
    },
  );
  printer.end(report);
  return hasFailed(report) ? EXIT.CHECKS_FAILED.code : EXIT.OK.code;
}

async function choose(
  journal: Journal,
  { tags, changed, folder, environment }: ProveOptions,
): Promise<readonly Migration[]> {
  if (tags.length > 0) return selectByTag(journal, tags);
  if (changed === undefined) return journal.migrations;
  const base = changed === true ? defaultBase(environment) : changed;
  return selectByFile(journal, await changedFiles(folder, base));
}
