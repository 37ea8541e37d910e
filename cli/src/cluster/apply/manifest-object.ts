import type { KubernetesObject } from '@kubernetes/client-node';

/** An object of a manifest, complete enough to be applied. */
export interface ManifestObject extends KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: NonNullable<KubernetesObject['metadata']> & { readonly name: string };
}

/** As kubectl names it, for example `configmap/scripts`; with the group where several have such a kind. */
export function nameOf({ kind, metadata }: ManifestObject): string {
  return `${kind} ${metadata.name}`;
}

export function groupOf({ apiVersion }: ManifestObject): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
}
