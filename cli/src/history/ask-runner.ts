import { Command } from '../../../core/contract';
import type { ClusterFlags } from '../cluster/short-job/cluster-flags';
import type { ShortJobContext } from '../cluster/short-job/run-short-job';
import { collect, type RunnerEnded } from '../forward';

/** What a person asked for, apart from where it runs. */
export interface HistoryRequest {
  /** Where the page goes. */
  readonly file: string;
  readonly limit: number;
  readonly migrations?: string | undefined;
}

/** Asks the runner here; what it tells besides its document goes to standard error. */
export function askHere({ file, limit, migrations }: HistoryRequest): Promise<RunnerEnded> {
  const isReadable = process.env.LOG_FORMAT === undefined && process.stderr.isTTY === true;
  return collect({
    ...{ args: argumentsOf(limit), typed: typedOf(file), migrations },
    // Its standard output is no terminal now, but what it tells is still read on one.
    variables: isReadable ? { LOG_FORMAT: 'text' } : {},
  });
}

/** Asks it as a short Job. */
export async function askCluster(
  { file, limit }: HistoryRequest,
  flags: ClusterFlags,
  context: ShortJobContext,
): Promise<RunnerEnded> {
  const [{ findSource }, { commandLineFor }, { runShortJob }] = await Promise.all([
    import('../cluster/short-job/source'),
    import('../cluster/short-job/run-in-cluster'),
    import('../cluster/short-job/run-short-job'),
  ]);
  const source = await findSource(context.cluster, flags);
  const commandLine = commandLineFor(typedOf(file), flags);
  return runShortJob(source, { args: argumentsOf(limit), commandLine, isWriting: false }, context);
}

function argumentsOf(limit: number): string[] {
  return [Command.HISTORY, '--json', `--limit=${limit}`];
}

function typedOf(file: string): string[] {
  return [Command.HISTORY, '--html', file];
}
