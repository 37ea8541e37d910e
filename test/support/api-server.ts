import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster, ClusterOptions } from '../../cli/src/cluster/client/cluster';
import { openCluster } from '../../cli/src/cluster/client/open-cluster';

export interface ApiCall {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly token: string | undefined;
  readonly body: string;
}

export type Respond = (call: ApiCall, response: ServerResponse, request: IncomingMessage) => void;

const KINDS: Readonly<Record<string, object[]>> = {
  '/api/v1': [
    { name: 'events', kind: 'Event', namespaced: true },
    { name: 'configmaps', kind: 'ConfigMap', namespaced: true },
    { name: 'namespaces', kind: 'Namespace', namespaced: false },
    { name: 'pods', kind: 'Pod', namespaced: true },
  ],
  '/apis/batch/v1': [{ name: 'jobs', kind: 'Job', namespaced: true }],
  '/apis/rbac.authorization.k8s.io/v1': [{ name: 'roles', kind: 'Role', namespaced: true }],
  '/apis/serving.knative.dev/v1': [{ name: 'services', kind: 'Service', namespaced: true }],
};

export const json = (response: ServerResponse, body: unknown, status = 200, headers = {}) =>
  void response
    .writeHead(status, { 'Content-Type': 'application/json', ...headers })
    .end(JSON.stringify(body));

export const statusObject = (code: number, message: string, rest: object = {}) => ({
  ...{ kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code },
  ...rest,
});

export interface ApiServer {
  readonly calls: ApiCall[];
  readonly port: number;
  /** Opens a cluster; its kubeconfig has this user. */
  open(options?: ClusterOptions & { readonly user?: object }): Promise<Cluster>;
  /** Folder of the kubeconfig. */
  readonly folder: string;
}

/** The parts of an API server that a client needs to find its way; `respond` answers everything else. */
export async function withApiServer<T>(respond: Respond, use: (server: ApiServer) => Promise<T>): Promise<T> {
  const calls: ApiCall[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? '', 'http://api');
    const resources = KINDS[url.pathname];
    if (resources) return json(response, { kind: 'APIResourceList', resources });
    const call = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      token: request.headers.authorization?.replace('Bearer ', ''),
      body: Buffer.concat(chunks).toString(),
    };
    calls.push(call);
    respond(call, response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const folder = mkdtempSync(join(tmpdir(), 'drizzle-gate-kubeconfig-'));
  const before = process.env.KUBECONFIG;
  process.env.KUBECONFIG = join(folder, 'config');
  try {
    return await use({
      ...{ calls, port, folder },
      open: ({ user = { token: 'first-token' }, ...options } = {}) => {
        writeFileSync(join(folder, 'config'), kubeconfigOf(`http://127.0.0.1:${port}`, user));
        return openCluster(options);
      },
    });
  } finally {
    if (before === undefined) delete process.env.KUBECONFIG;
    else process.env.KUBECONFIG = before;
    rmSync(folder, { recursive: true });
    server.closeAllConnections();
    server.close();
  }
}

export function kubeconfigOf(server: string, user: object): string {
  return JSON.stringify({
    'current-context': 'test',
    clusters: [{ name: 'c', cluster: { server } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'test', context: { cluster: 'c', user: 'u', namespace: 'shop' } }],
  });
}
