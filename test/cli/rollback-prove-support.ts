import type { Proof, ProofReport } from '../../cli/src/rollback/prove/proof';
import { type ProveOptions, prove } from '../../cli/src/rollback/prove/prove';
import { parseStatement } from '../../runner/src/sql/parse';
import { serverUrl } from '../support/database';

export interface Proven {
  readonly code: number;
  readonly report: ProofReport;
  /** By tag. */
  proof(tag: string): Proof;
}

/** Proves a folder on the tests' server, in this process. */
export async function proveFolder(folder: string, options: Partial<ProveOptions> = {}): Promise<Proven> {
  // Jest refuses to import a module between two tests, which concurrent ones would do when they come to need the parser.
  await parseStatement('SELECT 1');
  let report: ProofReport = { proofs: [] };
  const code = await prove(
    {
      ...{ folder, tags: [], changed: undefined, server: serverUrl(), setup: undefined },
      ...{ data: false, strict: false, range: false, environment: {} },
      signal: new AbortController().signal,
      ...options,
    },
    () => ({
      begin: () => undefined,
      proof: () => undefined,
      end: (ended) => {
        report = ended;
      },
    }),
  );
  const proof = (tag: string) => {
    const found = report.proofs.find(({ migration }) => migration.tag === tag);
    if (!found) throw new Error(`${tag} was not looked at`);
    return found;
  };
  return { code, report, proof };
}

/** The four steps in one word: `yes yes no yes`. */
export const stepsOf = ({ steps: { up, down, restored, again } }: Proof) =>
  [up, down, restored, again].join(' ');
