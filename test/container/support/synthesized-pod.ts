import { join } from 'node:path';
import { type Manifest, readManifest } from '../../../cli/src/rehearse/manifest';
import { ROOT } from '../../support/synth-main';
import { planPod } from './plan-pod';
import type { Cluster, ContainerPlan, PodPlan } from './pod-plan';

export const MIGRATION = join(ROOT, 'dist', 'db-migration.yaml');
export const ROLLBACK = join(ROOT, 'dist', 'manual', 'db-rollback.yaml');

/** The Secret of the committed manifests. */
export const urlSecret = (url: string): Cluster['secrets'] => ({
  'teei-shared-db-secrets': { DATABASE_URL: url },
});

/** The pod of the Job in a synthesized file; its ConfigMaps are those of the file. */
export function podOf(manifest: Manifest | string, cluster: Partial<Cluster>): PodPlan {
  const { job, objects } = typeof manifest === 'string' ? readManifest(manifest) : manifest;
  const configMaps = objects.filter(({ kind }) => kind === 'ConfigMap');
  return planPod(job.spec.template.spec, {
    configMaps: Object.fromEntries(configMaps.map(({ metadata, data = {} }) => [metadata.name, data])),
    secrets: {},
    ...cluster,
  });
}

/** The same pod with only one container, which runs a script in place of the program. */
export function probePod(pod: PodPlan, container: string, script: string): PodPlan {
  const found = pod.containers.find(({ name }) => name === container);
  if (!found) throw new Error(`the pod has no container ${container}`);
  const probe: ContainerPlan = { ...found, kind: 'main', command: ['node', '-e'], args: [script] };
  return { ...pod, containers: [probe] };
}
