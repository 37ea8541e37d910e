import { createHash } from 'node:crypto';
import type { V1Job, V1JobSpec, V1ObjectMeta, V1PodTemplateSpec } from '@kubernetes/client-node';
import { Label } from '../../../../core/contract';
import { instanceOf } from '../gate-job';

/** What the Job controller writes, and what deployment tools know their own objects by. */
const FOREIGN =
  /^(controller-uid|job-name|batch\.kubernetes\.io\/.*|app\.kubernetes\.io\/managed-by|helm\.sh\/.*|meta\.helm\.sh\/.*|argocd\.argoproj\.io\/.*|[a-z]+\.toolkit\.fluxcd\.io\/.*)$/;

/** A Job's name is a label of its pods, too. */
const LONGEST_NAME = 63;

export type Labels = Readonly<Record<string, string>>;

/** Labels without those of the Job that they were taken from. */
export function ownLabels(labels: Labels = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([key]) => !FOREIGN.test(key)));
}

/** The metadata of a Job that is made from another one: its labels, its database, a name of its own. */
export function metadataFrom(job: V1Job, name: string, labels: Labels): V1ObjectMeta {
  const instance = instanceOf(job);
  return {
    name,
    ...(job.metadata?.namespace !== undefined && { namespace: job.metadata.namespace }),
    labels: {
      ...ownLabels(job.metadata?.labels),
      ...(instance !== undefined && { [Label.INSTANCE]: instance }),
      ...labels,
      'app.kubernetes.io/managed-by': 'drizzle-gate',
    },
  };
}

/** The pod template without what a cluster has added to it. */
export function templateFrom({ spec }: V1Job, labels: Labels): V1PodTemplateSpec {
  const { metadata, spec: pod } = spec?.template ?? {};
  return {
    metadata: {
      labels: { ...ownLabels(metadata?.labels), ...labels },
      ...(metadata?.annotations && { annotations: metadata.annotations }),
    },
    ...(pod && { spec: pod }),
  };
}

/** The failure policy without the rules of containers that are not there: Kubernetes would refuse it. */
export function policyFor(
  spec: V1JobSpec | undefined,
  containers: readonly string[],
): V1JobSpec['podFailurePolicy'] {
  const rules = (spec?.podFailurePolicy?.rules ?? []).filter(({ onExitCodes }) => {
    const name = onExitCodes?.containerName;
    return name === undefined || containers.includes(name);
  });
  return rules.length > 0 ? { rules } : undefined;
}

/** `<base>-<suffix>`, the base cut so that the whole is a name. */
export function nameWith(base: string, suffix: string): string {
  return `${base.slice(0, LONGEST_NAME - 1 - suffix.length).replace(/[^a-z0-9]+$/, '')}-${suffix}`;
}

/** A name that is another one whenever anything of the Job that Kubernetes does not let change is. */
export function hashedName(base: string, { template, podFailurePolicy }: V1JobSpec): string {
  const hash = createHash('sha256').update(JSON.stringify([template, podFailurePolicy ?? null]));
  return nameWith(base, hash.digest('hex').slice(0, 8));
}
