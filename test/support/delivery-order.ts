import type { KubeObject } from './synth';

/**
 * In which order Helm, Argo CD and Flux apply the objects of a manifest: written after their sources (helm/helm
 * pkg/action/hooks.go and pkg/release/v1/util, argoproj/argo-cd gitops-engine/pkg/sync, fluxcd/pkg ssa/sort.go), not
 * these programs themselves.
 */
const HELM_KINDS = [
  ...['PriorityClass', 'Namespace', 'NetworkPolicy', 'ResourceQuota', 'LimitRange', 'PodSecurityPolicy'],
  ...['PodDisruptionBudget', 'ServiceAccount', 'Secret', 'SecretList', 'ConfigMap', 'StorageClass'],
  ...[
    'PersistentVolume',
    'PersistentVolumeClaim',
    'CustomResourceDefinition',
    'ClusterRole',
    'ClusterRoleList',
  ],
  ...['ClusterRoleBinding', 'ClusterRoleBindingList', 'Role', 'RoleList', 'RoleBinding', 'RoleBindingList'],
  ...['Service', 'DaemonSet', 'Pod', 'ReplicationController', 'ReplicaSet', 'Deployment'],
  ...['HorizontalPodAutoscaler', 'StatefulSet', 'Job', 'CronJob', 'IngressClass', 'Ingress', 'APIService'],
];

const FLUX_KINDS = [
  ...[
    'CustomResourceDefinition',
    'Namespace',
    'ClusterRole',
    'ClusterClass',
    'RuntimeClass',
    'PriorityClass',
  ],
  ...['StorageClass', 'VolumeSnapshotClass', 'IngressClass', 'GatewayClass', 'ClusterRoleBinding'],
  ...[
    'ResourceQuota',
    'ServiceAccount',
    'Role',
    'RoleBinding',
    'ConfigMap',
    'Secret',
    'Service',
    'LimitRange',
  ],
  ...['Deployment', 'StatefulSet', 'CronJob', 'PodDisruptionBudget'],
];

export function annotationsOf(object: KubeObject): Record<string, string> {
  return (object.metadata as { annotations?: Record<string, string> }).annotations ?? {};
}

type Key = readonly (number | string)[];

/** Kinds that are applied one after the other, from the objects in the order of their keys. */
function inOrder(objects: readonly KubeObject[], keyOf: (object: KubeObject) => Key): string[] {
  const compare = (a: Key, b: Key): number => {
    const index = a.findIndex((part, at) => part !== b[at]);
    if (index === -1) return 0;
    const [left = '', right = ''] = [a[index], b[index]];
    return left < right ? -1 : 1;
  };
  return [...objects].sort((a, b) => compare(keyOf(a), keyOf(b))).map(({ kind }) => kind);
}

/** A kind that Helm and Argo CD don't know comes last. */
function rank({ kind }: KubeObject): number {
  const index = HELM_KINDS.indexOf(kind);
  return index === -1 ? HELM_KINDS.length : index;
}

/** Hooks of an event in Helm's order, then what it creates itself. */
export function helmOrder(
  objects: readonly KubeObject[],
  event: string,
): { hooks: string[]; rest: string[] } {
  const isHook = (object: KubeObject) => 'helm.sh/hook' in annotationsOf(object);
  const ofEvent = (object: KubeObject) =>
    (annotationsOf(object)['helm.sh/hook'] ?? '').split(',').includes(event);
  const weight = (object: KubeObject) => Number(annotationsOf(object)['helm.sh/hook-weight'] ?? 0);
  return {
    hooks: inOrder(objects.filter(ofEvent), (o) => [weight(o), o.metadata.name, rank(o)]),
    rest: inOrder(
      objects.filter((object) => !isHook(object)),
      (o) => [rank(o)],
    ),
  };
}

const PHASES = ['PreSync', 'Sync', 'PostSync'];

/** What Argo CD applies at once, wave after wave; it waits for the health of each. */
export function argoCdWaves(objects: readonly KubeObject[]): string[][] {
  const phase = (object: KubeObject) => annotationsOf(object)['argocd.argoproj.io/hook'] ?? 'Sync';
  const wave = (object: KubeObject) => Number(annotationsOf(object)['argocd.argoproj.io/sync-wave'] ?? 0);
  const applied = objects.filter((object) => PHASES.includes(phase(object)));
  const keyOf = (object: KubeObject) => PHASES.indexOf(phase(object)) * 1000 + wave(object);
  const keys = [...new Set(applied.map(keyOf))].sort((a, b) => a - b);
  return keys.map((key) =>
    inOrder(
      applied.filter((object) => keyOf(object) === key),
      (object) => [rank(object), object.metadata.name],
    ),
  );
}

/** Without what Flux is told to pass over. */
export function fluxOrder(objects: readonly KubeObject[]): string[] {
  const isApplied = (object: KubeObject) =>
    annotationsOf(object)['kustomize.toolkit.fluxcd.io/ssa'] !== 'Ignore';
  const group = ({ apiVersion }: KubeObject) => (apiVersion.includes('/') ? apiVersion : '');
  const first = ({ kind }: KubeObject) => {
    const index = FLUX_KINDS.indexOf(kind);
    return index === -1 ? FLUX_KINDS.length : index;
  };
  return inOrder(objects.filter(isApplied), (object) => [first(object), group(object), object.kind]);
}

/** What Helm makes of a template whose only actions are raw strings. @throws Error for any other action. */
export function renderedByHelm(text: string): string {
  const rest = text.replace(/\{\{`[^`]*`\}\}/g, '');
  if (rest.includes('{{'))
    throw new Error(`an action of a template is left: ${rest.slice(rest.indexOf('{{'))}`);
  return text.replace(/\{\{`([^`]*)`\}\}/g, '$1');
}
