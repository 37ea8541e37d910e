import { writeFileSync } from 'node:fs';
import type { KubeConfig } from '@kubernetes/client-node';

export interface KubeconfigOptions {
  readonly namespace: string;
  /** Of the account as which the command works; without it whoever the run's own kubeconfig names. */
  readonly token?: string | undefined;
  /** Another address of the same API server: somebody in between. */
  readonly server?: string | undefined;
}

/** Writes a kubeconfig for one scenario. */
export function writeKubeconfig(file: string, config: KubeConfig, options: KubeconfigOptions): void {
  const cluster = config.getCurrentCluster();
  const user = config.getCurrentUser();
  if (!cluster || !user) throw new Error('the kubeconfig has no current context; choose one');
  const { namespace, token, server } = options;
  const own = JSON.parse(config.exportConfig()) as {
    clusters: { name: string; cluster: Record<string, unknown> }[];
    users: { name: string; user: Record<string, unknown> }[];
  };
  const described = own.clusters.find(({ name }) => name === cluster.name)?.cluster;
  const isPlain = server?.startsWith('http:');
  const between = isPlain
    ? { server, 'insecure-skip-tls-verify': true }
    : { ...described, server, 'tls-server-name': cluster.tlsServerName ?? new URL(cluster.server).hostname };
  const document = {
    ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'e2e' },
    contexts: [{ name: 'e2e', context: { cluster: 'e2e', user: 'e2e', namespace } }],
    clusters: [{ name: 'e2e', cluster: server === undefined ? described : between }],
    users: [
      {
        name: 'e2e',
        user: isPlain ? {} : token ? { token } : own.users.find(({ name }) => name === user.name)?.user,
      },
    ],
  };
  writeFileSync(file, JSON.stringify(document), { mode: 0o600 });
}
