import { Command, EXIT } from '../../../../core/contract';
import { toGateError } from '../../../../runner/src/errors/to-gate-error';
import type { RecordedRun } from '../../../../runner/src/runs/recorded-run';
import { instanceOf } from '../gate-job';
import type { ClusterFlags } from '../short-job/cluster-flags';
import { listGates } from '../short-job/newest-gate';
import { commandLineFor } from '../short-job/run-in-cluster';
import { runShortJob, type ShortJobContext } from '../short-job/run-short-job';
import { findSource, type Source } from '../short-job/source';
import { withCluster } from '../short-job/with-cluster';
import { clusterRuns } from './cluster-runs';
import { renderRuns } from './render-runs';

/** Shows the last runs, those of the cluster and those that the database has recorded, and then the status of the schema. */
export function statusInCluster(args: readonly string[], flags: ClusterFlags): Promise<number> {
  return withCluster(flags, (context) => showStatus(args, flags, context));
}

export async function showStatus(
  args: readonly string[],
  flags: ClusterFlags,
  context: ShortJobContext,
): Promise<number> {
  const { cluster, stdout } = context;
  const source = await findSource(cluster, flags);
  const call = { args, commandLine: commandLineFor(args, flags), isWriting: false };
  // Both are pods that have to start: neither waits for the other. What fails is told once, by the first.
  const [status, records, jobs] = await Promise.all([
    runShortJob(source, call, context),
    readRecords(source, flags, context),
    listGates(cluster, { namespace: source.namespace, instance: flags.instance ?? instanceOf(source.job) }),
  ]);
  const runs = clusterRuns(jobs, records);
  if (!args.includes('--json'))
    stdout(`${renderRuns(runs)}\n${status.output === '' ? '' : `\n${status.output}`}`);
  else if (status.output !== '') {
    stdout(`${JSON.stringify({ ...JSON.parse(status.output), runs }, undefined, 2)}\n`);
  }
  return status.exitCode;
}

/** What the database has recorded; nothing, with a note, where it can't be read. */
async function readRecords(
  source: Source,
  flags: ClusterFlags,
  context: ShortJobContext,
): Promise<readonly RecordedRun[]> {
  const args = [Command.HISTORY, '--json'];
  const call = { args, commandLine: commandLineFor(args, flags), isWriting: false };
  const note = (why: string) =>
    context.stderr(`  · only Jobs that are still in the cluster are listed: ${why}\n`);
  try {
    const { exitCode, output } = await runShortJob(source, call, { ...context, stderr: () => undefined });
    if (exitCode === EXIT.OK.code) return JSON.parse(output).runs;
    note(
      exitCode === EXIT.USAGE.code
        ? 'the runner of this image is older and can not show what the database has recorded'
        : `what the database has recorded could not be read (exit code ${exitCode})`,
    );
  } catch (error) {
    context.signal.throwIfAborted();
    note(toGateError(error).message);
  }
  return [];
}
