import type { V1Job } from '@kubernetes/client-node';
import { gateKindOf } from './gate-kind';
import { groupOf, type ManifestObject } from './manifest-object';

/** What is applied when: before the gate, as the gate, and only when it has passed. */
export interface Stages {
  readonly before: readonly ManifestObject[];
  readonly gates: readonly (ManifestObject & V1Job)[];
  readonly after: readonly ManifestObject[];
}

/** What a Job can need, in the order in which one needs the other; by kind, whatever the version. */
const NEEDED: readonly (readonly string[])[] = [
  ['Namespace'],
  ['CustomResourceDefinition'],
  ['ResourceQuota', 'LimitRange', 'PriorityClass', 'RuntimeClass'],
  ['ServiceAccount'],
  ['Role', 'ClusterRole'],
  ['RoleBinding', 'ClusterRoleBinding'],
  // Makers of Secrets, the store before what is taken from it.
  ['SecretStore', 'ClusterSecretStore', 'VaultConnection', 'Issuer', 'ClusterIssuer', 'SecretProviderClass'],
  ['VaultAuth', 'VaultAuthGlobal'],
  ['Secret', 'SealedSecret', 'SopsSecret', 'ExternalSecret', 'ClusterExternalSecret', 'Certificate'],
  [
    'VaultStaticSecret',
    'VaultDynamicSecret',
    'VaultPKISecret',
    'Password',
    'OnePasswordItem',
    'InfisicalSecret',
  ],
  ['ConfigMap'],
  ['StorageClass', 'PersistentVolume', 'PersistentVolumeClaim'],
  [
    'NetworkPolicy',
    'AdminNetworkPolicy',
    'BaselineAdminNetworkPolicy',
    'GlobalNetworkPolicy',
    'FQDNNetworkPolicy',
  ],
  ['CiliumNetworkPolicy', 'CiliumClusterwideNetworkPolicy', 'ServiceEntry', 'Sidecar', 'PeerAuthentication'],
  // What watches the Job.
  ['PrometheusRule', 'PodMonitor'],
];

/** The same words mean other things in these groups. */
const NOT_IN = new Set(['serving.knative.dev', 'argoproj.io']);

/**
 * Sorts objects into stages. What is not known to be needed by a Job waits for the gate: a kind that nobody foresaw may
 * start the new release (an Argo Rollout, a Knative Service), while a Job that lacks something says what.
 */
export function stagesOf(objects: readonly ManifestObject[]): Stages {
  const gates = objects.filter((object) => gateKindOf(object) !== undefined);
  const ranked = objects
    .filter((object) => !gates.includes(object))
    .map((object) => ({ object, rank: rankOf(object) }))
    .sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0));
  return {
    before: ranked.filter(({ rank }) => rank !== undefined).map(({ object }) => object),
    gates: gates as (ManifestObject & V1Job)[],
    after: ranked.filter(({ rank }) => rank === undefined).map(({ object }) => object),
  };
}

function rankOf(object: ManifestObject): number | undefined {
  if (NOT_IN.has(groupOf(object))) return undefined;
  const rank = NEEDED.findIndex((kinds) => kinds.includes(object.kind));
  return rank < 0 ? undefined : rank;
}
