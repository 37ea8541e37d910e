import type { KubernetesObject } from '@kubernetes/client-node';
import type { Kube } from './kube';
import type { DatabaseServer } from './run-state';

const NAME = 'database';

/** The name `database` in a namespace leads to the server. */
export async function reachDatabase(kube: Kube, namespace: string, server: DatabaseServer): Promise<void> {
  const metadata = { name: NAME, namespace };
  const ports = [{ name: 'postgres', port: server.port, protocol: 'TCP' }];
  await kube.apply({
    ...{ apiVersion: 'v1', kind: 'Service', metadata },
    spec: { ports },
  } as KubernetesObject);
  await kube.apply({
    ...{ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' },
    metadata: { ...metadata, labels: { 'kubernetes.io/service-name': NAME } },
    addressType: server.address.includes(':') ? 'IPv6' : 'IPv4',
    endpoints: [{ addresses: [server.address], conditions: { ready: true } }],
    ports,
  } as KubernetesObject);
}

/** The name stays, and connections are refused: a database that is down. */
export async function unreachDatabase(kube: Kube, namespace: string): Promise<void> {
  await kube.remove({ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', namespace }, NAME);
}
