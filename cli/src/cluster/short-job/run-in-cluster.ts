import { commandLineOf } from '../../../../runner/src/adopt/command-line';
import { confirmedInCluster } from '../../confirm/confirmed-by';
import { type ClusterFlags, wordsOf } from './cluster-flags';
import { rollbackSource } from './rollback-source';
import { type ClusterCall, runShortJob, type ShortJobContext } from './run-short-job';
import { findSource } from './source';
import { withCluster } from './with-cluster';

/** A command of the runner as a person called it. */
export interface InClusterCall extends Omit<ClusterCall, 'commandLine'> {
  /** What a person would type again, where that is not the runner's command. @default `args` */
  readonly typed?: readonly string[] | undefined;
  /** Whether it carries out a plan that the caller confirms. */
  readonly isConfirmed?: boolean | undefined;
  /** Whether the rollback's Job is the model, with its scripts. */
  readonly isRollback?: boolean | undefined;
}

/** Runs a command of the runner in the cluster; what it says and its exit code are those of the command here. */
export function runInCluster(call: InClusterCall, flags: ClusterFlags): Promise<number> {
  return withCluster(flags, (context) => runCall(call, flags, context));
}

export async function runCall(
  { typed, isRollback, isConfirmed, ...call }: InClusterCall,
  flags: ClusterFlags,
  context: ShortJobContext,
): Promise<number> {
  const { cluster } = context;
  const source = isRollback ? await rollbackSource(cluster, flags) : await findSource(cluster, flags);
  const commandLine = commandLineFor(typed ?? call.args, flags);
  const variables = isConfirmed
    ? { ...call.variables, CONFIRMED_BY: await confirmedInCluster(cluster) }
    : call.variables;
  const { exitCode, output } = await runShortJob(source, { ...call, variables, commandLine }, context);
  context.stdout(output);
  return exitCode;
}

/** What says the same again. */
export function commandLineFor(typed: readonly string[], flags: ClusterFlags): string {
  return commandLineOf('drizzle-gate', [...typed, ...wordsOf(flags)]);
}
