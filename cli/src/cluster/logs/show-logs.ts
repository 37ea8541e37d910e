import type { V1Job } from '@kubernetes/client-node';
import { EXIT } from '../../../../core/contract';
import { GateError } from '../../../../runner/src/errors/gate-error';
import { redact } from '../../../../runner/src/errors/redact';
import { inPipeline } from '../../report/without-commands';
import type { Cluster } from '../client/cluster';
import type { FollowPrinter } from '../follow/follow-printer';
import { followCommand } from '../follow/stuck-remedies';
import { terminalPrinter } from '../follow/terminal-printer';
import type { ClusterFlags } from '../short-job/cluster-flags';
import { gatesOfOne } from '../short-job/newest-gate';
import type { ShortJobContext } from '../short-job/run-short-job';
import { synthesizedNamespace } from '../short-job/source';
import { withCluster } from '../short-job/with-cluster';
import { printLogs } from './print-logs';

export interface LogsRequest {
  /** Name of the Job. @default - the newest gate */
  readonly job?: string | undefined;
  /** Whether to stay until the Job has ended. */
  readonly follow?: boolean | undefined;
}

/** Shows the log of a gate's Job, attempt by attempt. Followed, it ends with the Job and with its exit code. */
export function logsInCluster(request: LogsRequest, flags: ClusterFlags): Promise<number> {
  return withCluster(flags, (context) => showLogs(request, flags, context));
}

export async function showLogs(
  { job: name, follow }: LogsRequest,
  flags: ClusterFlags,
  context: ShortJobContext,
): Promise<number> {
  const { cluster, signal, stdout, stderr, palette } = context;
  const namespace = flags.namespace ?? synthesizedNamespace() ?? cluster.namespace;
  const job =
    name === undefined
      ? (await gatesOfOne(cluster, { namespace, instance: flags.instance }))[0]
      : await readJob(cluster, name, namespace);
  const target = { namespace, name: job.metadata?.name ?? '', uid: job.metadata?.uid ?? '' };
  if (name === undefined) stderr(`  · Job ${target.name} in namespace ${namespace}\n`);
  const printer: FollowPrinter = {
    ...terminalPrinter((line) => stdout(`${inPipeline(redact(line), process.env)}\n`), palette),
    note: (text) => stderr(`  · ${text}\n`),
  };
  if (!follow) {
    const { pods, isRunning } = await printLogs(cluster, target, job, printer, signal);
    if (pods === 0) printer.note('there is no pod of this Job any more, so there is no log');
    else if (isRunning) printer.note(`it still runs; to follow it: ${followCommand(target)}`);
    return EXIT.OK.code;
  }
  const { outcome, exitCode, message, remedy } = await context.follow(cluster, target, { printer, signal });
  if (outcome === 'succeeded') return exitCode;
  stderr(`✗ ${message ?? `the Job has ended: ${outcome}`} (exit code ${exitCode})\n`);
  if (remedy !== undefined) stderr(`→ ${remedy}\n`);
  return exitCode;
}

async function readJob(cluster: Cluster, name: string, namespace: string): Promise<V1Job> {
  const found = await cluster.read<V1Job>({ apiVersion: 'batch/v1', kind: 'Job', name, namespace });
  if (found) return found;
  throw new GateError('CLUSTER_REFUSED', `the namespace ${namespace} has no Job ${name}`, {
    remedy:
      'give the namespace with --namespace; what ran before, also after the TTL of its Job, tells: drizzle-gate status --in-cluster',
  });
}
