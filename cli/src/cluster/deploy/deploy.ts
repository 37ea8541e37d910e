import { setMaxListeners } from 'node:events';
import { GateError } from '../../../../runner/src/errors/gate-error';
import { toGateError } from '../../../../runner/src/errors/to-gate-error';
import type { Palette } from '../../../../runner/src/terminal/palette';
import { applyObjects } from '../apply/apply-objects';
import { gateKindOf } from '../apply/gate-kind';
import { nameOf } from '../apply/manifest-object';
import { readManifests } from '../apply/read-manifests';
import type { Stages } from '../apply/stages';
import type { Cluster, ClusterOptions } from '../client/cluster';
import { openCluster } from '../client/open-cluster';
import type { FollowOptions } from '../follow/follow-options';
import type { JobResult } from '../follow/job-result';
import { followCommand } from '../follow/stuck-remedies';
import { terminalPrinter } from '../follow/terminal-printer';
import type { GateKind } from '../gate-job';
import { gateStages } from './gate-stages';
import { runGateJob } from './run-gate-job';

export interface DeployRequest extends Pick<FollowOptions, 'graces' | 'timeout'> {
  /** Files, folders, or `-` for standard input. */
  readonly paths: readonly string[];
  readonly standardInput: () => string;
  readonly cluster: Pick<ClusterOptions, 'context' | 'namespace' | 'signal'>;
  readonly retry: boolean;
  readonly print: (line: string) => void;
  readonly palette?: Palette;
  readonly signal: AbortSignal;
}

interface Subject {
  readonly kind: GateKind | undefined;
  readonly namespace: string;
  readonly job: string;
  readonly image: string;
}

/** What became of a deployment. */
export interface Deployment {
  /** Of the gates in their order, up to the one that did not pass. */
  readonly results: readonly JobResult[];
  /** What stopped it outside of a followed Job. */
  readonly failure?: GateError | undefined;
  /** The Job that was next, for whoever tells the failure. */
  readonly subject?: Subject | undefined;
  /** Whether every gate had passed when it failed. */
  readonly isGatePassed?: boolean;
}

/** A deployment that is about to be made: what is in the files, and where to. */
export interface Prepared {
  readonly stages: Stages;
  readonly cluster: Cluster;
}

/**
 * Reads what is deployed, and where to, before anything is asked of the cluster.
 *
 * @throws GateError (64, 78) for anything wrong in the files, the kubeconfig or their combination.
 */
export async function prepareDeployment(request: DeployRequest): Promise<Prepared> {
  const { paths, standardInput, print, signal } = request;
  const stages = gateStages(readManifests(paths, standardInput));
  const note = (text: string) => print(`! ${text}`);
  const ends = request.cluster.signal ?? signal;
  // Every open request listens to it.
  setMaxListeners(0, signal, ends);
  return { stages, cluster: await openCluster({ ...request.cluster, note, signal: ends }) };
}

/**
 * Applies what the gate needs, runs and follows its Job, and applies everything else only when it has passed.
 */
export async function deploy({ stages, cluster }: Prepared, request: DeployRequest): Promise<Deployment> {
  const { print, retry, graces, timeout, signal } = request;
  const { before, gates, after } = stages;
  const options = { print, signal, all: [...before, ...gates, ...after] };
  const printer = terminalPrinter(print, request.palette);
  const results: JobResult[] = [];
  let subject = subjectOf(cluster, gates[0]);
  let isGatePassed = false;
  try {
    await applyObjects(cluster, before, options);
    for (const gate of gates) {
      subject = subjectOf(cluster, gate);
      const result = await runGateJob(cluster, gate, { printer, retry, graces, timeout, signal });
      results.push(result);
      if (result.outcome !== 'succeeded') {
        if (after.length > 0)
          print(`not applied, because the gate did not pass: ${after.map(nameOf).join(', ')}`);
        return { results, subject };
      }
    }
    isGatePassed = true;
    await applyObjects(cluster, after, options);
    return { results, subject };
  } catch (error) {
    const failure = signal.aborted ? interrupted(signal, subject) : toGateError(error);
    return { results, failure, subject, isGatePassed };
  }
}

/** The request that makes the Job may have arrived although nobody heard the answer. */
function interrupted({ reason }: AbortSignal, { namespace, job }: Subject): GateError {
  const { message } = toGateError(reason);
  return new GateError('INTERRUPTED', `${message}; nothing more is applied`, {
    remedy: `look whether the Job is there, and follow it: ${followCommand({ namespace, name: job, uid: '' })}`,
  });
}

function subjectOf(cluster: Cluster, gate: Stages['gates'][number] | undefined): Subject {
  return {
    kind: gate && gateKindOf(gate),
    namespace: gate?.metadata.namespace ?? cluster.namespace,
    job: gate?.metadata.name ?? '',
    image: gate?.spec?.template.spec?.containers.at(-1)?.image ?? '',
  };
}
