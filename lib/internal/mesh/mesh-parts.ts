import type { GateJobProps } from '../../gate-job-props';
import type { ExtraEgress } from '../../network';
import type { DatabaseEndpoint } from '../../network/database-endpoint';
import { DatabasePeer } from '../../network/database-peer';
import type { PodParts } from '../pod-parts';

const INJECT_ISTIO = 'sidecar.istio.io/inject';
const AMBIENT = 'istio.io/dataplane-mode';
const INJECT_LINKERD = 'linkerd.io/inject';

/** Istio's webhooks select pods by these labels, Linkerd's reads the annotation. */
export const OPT_OUT: PodParts = {
  podLabels: { [INJECT_ISTIO]: 'false', [AMBIENT]: 'none' },
  podAnnotations: { [INJECT_LINKERD]: 'disabled' },
};

/** Where ambient pods take in what comes through the mesh, whatever the port it is meant for. */
const HBONE_PORT = 15008;

/** Port at which the proxy of a pod takes in opaque connections, and every one to PostgreSQL's port is that. */
const LINKERD_INBOUND_PORT = 4143;

export function istioParts(namespace: string, endpoint: DatabaseEndpoint | undefined): PodParts {
  return {
    podLabels: { [INJECT_ISTIO]: 'true', [AMBIENT]: 'none' },
    podAnnotations: { 'sidecar.istio.io/nativeSidecar': 'true', [INJECT_LINKERD]: 'disabled' },
    egress: [
      { peer: controlPlane(namespace, { app: 'istiod' }), port: 15012 },
      // A database in ambient mode, spoken to from a sidecar.
      ...atPodsOf(endpoint, HBONE_PORT),
    ],
  };
}

export function ambientParts(endpoint: DatabaseEndpoint | undefined): PodParts {
  return {
    podLabels: { [INJECT_ISTIO]: 'false', [AMBIENT]: 'ambient' },
    podAnnotations: { [INJECT_LINKERD]: 'disabled' },
    egress: atPodsOf(endpoint, HBONE_PORT),
  };
}

export function linkerdParts(namespace: string, endpoint: DatabaseEndpoint | undefined): PodParts {
  const component = (name: string) => controlPlane(namespace, { 'linkerd.io/control-plane-component': name });
  return {
    podLabels: { [INJECT_ISTIO]: 'false', [AMBIENT]: 'none' },
    podAnnotations: {
      [INJECT_LINKERD]: 'enabled',
      // Read by the versions before the setting was stable; the last one wins where it is known.
      'config.alpha.linkerd.io/proxy-enable-native-sidecar': 'true',
      'config.beta.linkerd.io/proxy-enable-native-sidecar': 'true',
      'config.linkerd.io/proxy-enable-native-sidecar': 'true',
    },
    egress: [
      { peer: component('identity'), port: 8080 },
      { peer: component('destination'), port: 8086 },
      { peer: component('destination'), port: 8090 },
      // The control plane's own pods are meshed too: their proxies take in what is meant for them.
      { peer: component('identity'), port: LINKERD_INBOUND_PORT },
      { peer: component('destination'), port: LINKERD_INBOUND_PORT },
      ...atPodsOf(endpoint, LINKERD_INBOUND_PORT),
    ],
    lookups: ['identity-headless', 'dst-headless', 'policy'].map(
      (name) => `linkerd-${name}.${namespace}.svc.cluster.local`,
    ),
  };
}

function controlPlane(namespace: string, podLabels: { readonly [key: string]: string }): DatabasePeer {
  return DatabasePeer.pods({ podLabels, namespaceLabels: { 'kubernetes.io/metadata.name': namespace } });
}

function atPodsOf(endpoint: DatabaseEndpoint | undefined, port: number): ExtraEgress[] {
  return (endpoint?.peers ?? []).flatMap(({ _destination: to }) => {
    if (to.kind !== 'pods') return [];
    const { podLabels, namespaceLabels } = to;
    return [{ peer: DatabasePeer.pods({ podLabels, namespaceLabels }), port }];
  });
}

/**
 * What the mesh adds to the pod of a Job. A label or an annotation that the caller set decides against the default,
 * never against a mesh that was named.
 */
export function meshParts({ mesh, podLabels = {}, podAnnotations = {} }: GateJobProps): PodParts {
  if (mesh) return mesh._parts();
  const withoutGiven = (byDefault: PodParts['podLabels'], given: { readonly [key: string]: string }) =>
    Object.fromEntries(Object.entries(byDefault ?? {}).filter(([key]) => !(key in given)));
  return {
    podLabels: withoutGiven(OPT_OUT.podLabels, podLabels),
    podAnnotations: withoutGiven(OPT_OUT.podAnnotations, podAnnotations),
  };
}
