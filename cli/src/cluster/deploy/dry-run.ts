import type { V1Job } from '@kubernetes/client-node';
import { applyObjects } from '../apply/apply-objects';
import type { Cluster } from '../client/cluster';
import { isImmutable } from '../client/cluster-error';
import { decide } from '../place/decide';
import { lookAt, otherRuns, refOf } from '../place/place-job';
import type { Prepared } from './deploy';

export interface DryRunOptions {
  readonly print: (line: string) => void;
  readonly retry: boolean;
  readonly signal: AbortSignal;
}

const WOULD = {
  create: 'would be created',
  wait: 'is being deleted; it would be waited for, then created',
  replace: 'ended before; it would be run again',
  join: 'is running; it would be followed',
  keep: 'failed before; it would not be run again without --retry',
} as const;

/**
 * Asks the server to check everything and to change nothing, and says what would happen to the Job.
 *
 * @throws GateErrors (87) with everything that would be refused.
 */
export async function dryRun({ stages, cluster }: Prepared, options: DryRunOptions): Promise<void> {
  const { before, gates, after } = stages;
  const { print, signal, retry } = options;
  const all = [...before, ...gates, ...after];
  await applyObjects(cluster, [...before, ...after], { print, signal, all, dryRun: true });
  for (const gate of gates) {
    const { found, state, differs } = await lookAt(cluster, gate);
    const step = decide({ state, differs, retry });
    if (step === 'refuse') throw otherRuns(found, refOf(cluster, gate));
    if (step === 'create' || step === 'replace') await check(cluster, gate, all);
    print(`Job ${gate.metadata.name} ${WOULD[step]} (dry run)`);
  }
}

async function check(
  cluster: Cluster,
  gate: V1Job,
  all: Parameters<typeof applyObjects>[2]['all'],
): Promise<void> {
  const job = all.find(({ kind, metadata }) => kind === 'Job' && metadata.name === gate.metadata?.name);
  if (!job) return;
  try {
    await cluster.apply(job, { dryRun: true });
  } catch (error) {
    // The one that is there would be deleted first.
    if (isImmutable(error)) return;
    const namespace = gate.metadata?.namespace ?? cluster.namespace;
    const brings = all.some(({ kind, metadata }) => kind === 'Namespace' && metadata.name === namespace);
    if (!brings) throw error;
  }
}
