import type { V1ConfigMap, V1Job } from '@kubernetes/client-node';
import type { Cluster } from '../client/cluster';
import { hasStatus } from '../client/cluster-error';
import { gateKindOf, instanceOf } from '../gate-job';
import { deriveRollback, type MountedScripts, scriptsOf } from './make-rollback-job';
import { listGates } from './newest-gate';
import { findSource, type Source, type SourceOptions } from './source';

/** The RollbackJob of a manifest, or one that is derived from the gate's Job where no manifest has one. */
export async function rollbackSource(cluster: Cluster, options: SourceOptions): Promise<Source> {
  const source = await findSource(cluster, options, 'rollback');
  if (source.kind === 'rollback' && !source.isLive) return source;
  const scripts = await earlierScripts(cluster, source);
  return { ...source, kind: 'rollback', job: deriveRollback(source.job, scripts) };
}

/** The ConfigMap that an earlier RollbackJob of this database mounted, if it is still there with all that is mounted. */
async function earlierScripts(
  cluster: Cluster,
  { job, namespace }: Source,
): Promise<MountedScripts | undefined> {
  const rollbacks = (await listGates(cluster, { namespace, instance: instanceOf(job) })).filter(
    (each: V1Job) => gateKindOf(each) === 'rollback',
  );
  const [scripts] = rollbacks.flatMap((each) => scriptsOf(each) ?? []);
  const wanted = scripts?.volume.configMap;
  if (!wanted?.name) return undefined;
  const ref = { apiVersion: 'v1', kind: 'ConfigMap', name: wanted.name, namespace };
  const found = await cluster.read<V1ConfigMap>(ref).catch((error) => {
    if (hasStatus(error, 403)) return undefined;
    throw error;
  });
  const isWhole = found && (wanted.items ?? []).every(({ key }) => key in (found.data ?? {}));
  return isWhole ? scripts : undefined;
}
