import type { ApiObject } from 'cdk8s';

/** Kinds by the fields of a pod that name an object of the kind. */
const NAMED_BY: readonly [field: string, name: string, kind: string][] = [
  ['secretKeyRef', 'name', 'Secret'],
  ['secretRef', 'name', 'Secret'],
  ['secret', 'secretName', 'Secret'],
  ['secret', 'name', 'Secret'],
  ['configMapKeyRef', 'name', 'ConfigMap'],
  ['configMapRef', 'name', 'ConfigMap'],
  ['configMap', 'name', 'ConfigMap'],
];

/** `Kind/name` of everything without which the pod of a Job does not start. */
export function readByPod(job: ApiObject): ReadonlySet<string> {
  const found = new Set<string>();
  const pod = job.toJson().spec.template.spec;
  if (pod.serviceAccountName) found.add(`ServiceAccount/${pod.serviceAccountName}`);
  for (const { name } of pod.imagePullSecrets ?? []) found.add(`Secret/${name}`);
  collect(pod, found);
  return found;
}

function collect(value: unknown, found: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [field, part] of Object.entries(value)) {
    for (const [named, name, kind] of NAMED_BY) {
      const text = field === named ? (part as { readonly [key: string]: unknown })?.[name] : undefined;
      if (typeof text === 'string') found.add(`${kind}/${text}`);
    }
    collect(part, found);
  }
}
