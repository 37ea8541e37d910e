import { randomBytes } from 'node:crypto';
import type { V1Job } from '@kubernetes/client-node';
import { EXIT } from '../../../../core/contract';
import { GateError } from '../../../../runner/src/errors/gate-error';
import { hasDocument } from '../../../../runner/src/report/has-document';
import type { LogEvent } from '../../../../runner/src/report/render-event';
import type { Cluster } from '../client/cluster';
import type { followJob } from '../follow/follow-job';
import type { JobResult } from '../follow/job-result';
import { deleteCommand, followCommand, helpFor } from '../follow/stuck-remedies';
import { type CommandPrinter, commandPrinter, type Streams } from './command-printer';
import { makeShortJob } from './make-short-job';
import { prepareObjects } from './prepare-objects';
import { imageOf, type Source } from './source';

/** With what a short Job is run. */
export interface ShortJobContext extends Streams {
  readonly cluster: Cluster;
  readonly follow: typeof followJob;
  readonly signal: AbortSignal;
}

/** A command of the runner that runs in the cluster. */
export interface ClusterCall {
  readonly args: readonly string[];
  readonly commandLine: string;
  readonly variables?: Readonly<Record<string, string>> | undefined;
  /** Whether it changes the database: then it goes on when nobody follows any more. */
  readonly isWriting: boolean;
  /** Whether Kubernetes tries again as often as for the gate. @default false */
  readonly isRetried?: boolean | undefined;
  /** Kinds of the manifest's objects that are made as it says, and not only where they are missing. */
  readonly replacedKinds?: readonly string[] | undefined;
  /** Events that are not shown. */
  readonly hidden?: readonly string[] | undefined;
}

export interface ShortJobResult {
  readonly exitCode: number;
  /** What was asked for; empty where the command only tells events. */
  readonly output: string;
  readonly events: readonly LogEvent[];
}

/**
 * Runs a command of the runner as a Job of its own, shows what it says as if it ran here, and deletes the Job.
 *
 * @returns its exit code, or 87 to 89 when it never got that far; what it wrote on standard output is left to the caller.
 * @throws the reason of `signal` when it aborts.
 */
export async function runShortJob(
  source: Source,
  call: ClusterCall,
  context: ShortJobContext,
): Promise<ShortJobResult> {
  const { cluster, follow, signal } = context;
  const printer = commandPrinter({ ...context, hasDocument: hasDocument(call.args), hidden: call.hidden });
  await prepareObjects(cluster, source, printer.note, call.replacedKinds);
  signal.throwIfAborted();
  const made = makeShortJob(source.job, {
    ...call,
    isQuick: !call.isWriting,
    random: randomBytes(4).toString('hex'),
  });
  const job = await cluster.apply<V1Job>(made);
  const target = {
    namespace: job.metadata?.namespace ?? source.namespace,
    name: job.metadata?.name ?? '',
    uid: job.metadata?.uid ?? '',
  };
  printer.note(
    `Job ${target.name} in namespace ${target.namespace}, made from ${source.from} (${imageOf(source)})`,
  );
  let result: JobResult | undefined;
  try {
    result = await follow(cluster, target, { printer, signal });
    return conclude(result, call, printer, context);
  } finally {
    const goesOn =
      call.isWriting && (!result || ['interrupted', 'still running', 'lost'].includes(result.outcome));
    if (goesOn) {
      printer.note(
        `the Job goes on; to follow it: ${followCommand(target)}; to stop it: ${deleteCommand(target)}`,
      );
    } else {
      // Where that is refused, or the API is gone, Kubernetes does it after its TTL.
      const ref = { apiVersion: 'batch/v1', kind: 'Job', ...target };
      await cluster.remove(ref).catch(() => undefined);
    }
  }
}

function conclude(
  result: JobResult,
  { args }: ClusterCall,
  printer: CommandPrinter,
  { stderr, signal }: ShortJobContext,
): ShortJobResult {
  const { exitCode, outcome, message, events } = result;
  // A Job that is stuck is deleted here, so it can't be waited for.
  const remedy = result.stuck ? helpFor(result.stuck.kind) : result.remedy;
  if (outcome === 'interrupted') signal.throwIfAborted();
  if (outcome !== 'succeeded' && !printer.hasToldFailure) {
    stderr(`✗ ${message ?? `the Job has ended: ${outcome}`} (exit code ${exitCode})\n`);
    if (remedy !== undefined) stderr(`→ ${remedy}\n`);
  }
  const output = printer.output();
  if (output === undefined || (outcome === 'succeeded' && output === '' && hasDocument(args))) {
    throw new GateError(
      'CLUSTER_REFUSED',
      'the log of the Job came only in part, so its output is not shown',
      {
        remedy: 'run the command again; what it did is done',
      },
    );
  }
  return { exitCode: outcome === 'succeeded' ? EXIT.OK.code : exitCode, output, events };
}
