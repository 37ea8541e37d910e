import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { type KubernetesObject, PortForward, type V1Pod } from '@kubernetes/client-node';
import { waitUntil } from '../../support/wait';
import type { Kube } from './kube';
import { namespaceName, RUN_LABEL } from './names';
import { createNamespace } from './namespace';
import type { DatabaseServer } from './run-state';
import type { Settings } from './settings';

const PORT = 5432;
const POD = 'postgres';
const POD_LABELS = { 'app.kubernetes.io/name': 'e2e-database' };

export interface ProvidedDatabase {
  readonly server: DatabaseServer;
  readonly close: () => void;
}

/** The server that the settings name, or a pod of the cluster with one. */
export async function provideDatabase(
  kube: Kube,
  settings: Settings,
  suffix: string,
): Promise<ProvidedDatabase> {
  if (!settings.database) return startPod(kube, settings.postgresImage, suffix);
  const { url, cidr } = settings.database;
  const { hostname, port } = new URL(url);
  const server = { adminUrl: url, address: hostname, port: Number(port || PORT), peer: { cidr } };
  return { server, close: () => {} };
}

async function startPod(kube: Kube, image: string, suffix: string): Promise<ProvidedDatabase> {
  const namespace = namespaceName(suffix, 'database');
  const password = randomBytes(16).toString('hex');
  await createNamespace(kube, suffix, namespace);
  await kube.apply(postgresPod(namespace, image, password));
  const ref = { apiVersion: 'v1', kind: 'Pod', namespace };
  let pod: V1Pod | undefined;
  await waitUntil(
    `PostgreSQL (${image}) is ready in the cluster`,
    async () => {
      pod = await kube.read<V1Pod>(ref, POD);
      return (
        pod?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false
      );
    },
    300_000,
  );
  const forwarded = await forwardPort(kube, namespace);
  const server: DatabaseServer = {
    adminUrl: `postgresql://postgres:${password}@127.0.0.1:${forwarded.port}/postgres`,
    address: pod?.status?.podIP ?? '',
    port: PORT,
    peer: { podLabels: POD_LABELS, namespaceLabels: { [RUN_LABEL]: suffix } },
  };
  return { server, close: () => forwarded.listener.close() };
}

/** Connections to a local port become connections to the pod, as `kubectl port-forward` makes them. */
async function forwardPort(kube: Kube, namespace: string): Promise<{ listener: Server; port: number }> {
  const forward = new PortForward(kube.config, true);
  const listener = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    forward
      .portForward(namespace, POD, [PORT], socket, null, socket)
      .then((connection) => {
        const webSocket = typeof connection === 'function' ? connection() : connection;
        webSocket?.addEventListener('close', () => socket.destroy());
        socket.on('close', () => webSocket?.close());
      })
      .catch(() => socket.destroy());
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('the port to PostgreSQL did not open');
  return { listener, port: address.port };
}

function postgresPod(namespace: string, image: string, password: string): KubernetesObject {
  const spec = {
    automountServiceAccountToken: false,
    // That of the official image.
    securityContext: {
      ...{ runAsNonRoot: true, runAsUser: 999, runAsGroup: 999, fsGroup: 999 },
      seccompProfile: { type: 'RuntimeDefault' },
    },
    terminationGracePeriodSeconds: 5,
    containers: [
      {
        name: 'postgres',
        image,
        args: ['-c', 'fsync=off', '-c', 'max_connections=200'],
        env: [
          { name: 'POSTGRES_PASSWORD', value: password },
          { name: 'PGDATA', value: '/data/pgdata' },
        ],
        ports: [{ containerPort: PORT }],
        readinessProbe: {
          exec: { command: ['pg_isready', '--host=127.0.0.1', '--username=postgres'] },
          periodSeconds: 1,
        },
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        volumeMounts: [{ name: 'data', mountPath: '/data' }],
      },
    ],
    volumes: [{ name: 'data', emptyDir: {} }],
  };
  const metadata = { name: POD, namespace, labels: POD_LABELS };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec } as KubernetesObject;
}
