import type { KubeContainer, PodSpec } from './synth';

/**
 * What Vault's injector (vault-k8s 1.7) does with a pod, as far as our annotations ask for it: it refuses, or adds the
 * agent as an init container, its volumes, and the mount of the secrets. Its own defaults are those of its Helm chart,
 * except that this cluster lets containers run without a security context.
 *
 * @see https://github.com/hashicorp/vault-k8s
 */
export function injectVaultAgent(pod: PodSpec, given: Readonly<Record<string, string>>): PodSpec {
  const annotations: Record<string, string> = { ...DEFAULTS };
  for (const [key, value] of Object.entries(given))
    annotations[key.replace(/^vault\.hashicorp\.com\//, '')] = value;
  if (annotations['agent-inject'] !== 'true') return pod;
  const token = findToken(pod, annotations['agent-service-account-token-volume-name']);
  if (!annotations.role) throw new Error('no Vault role found');
  const secrets = { name: 'vault-secrets', mountPath: '/vault/secrets' };
  const mounted = (container: KubeContainer): KubeContainer => ({
    ...container,
    volumeMounts: [...(container.volumeMounts ?? []), secrets],
  });
  const tls = annotations['tls-secret'];
  const agent = agentContainer(annotations, [
    { name: 'home-init', mountPath: '/home/vault' },
    { name: token.volume, mountPath: token.mountPath, readOnly: true },
    secrets,
    ...(tls ? [{ name: 'vault-tls-secrets', mountPath: '/vault/tls', readOnly: true }] : []),
  ]);
  const own = (pod.initContainers ?? []).map(mounted);
  const memory = { emptyDir: { medium: 'Memory' } };
  return {
    ...pod,
    initContainers: annotations['agent-init-first'] === 'true' ? [agent, ...own] : [...own, agent],
    containers: [
      ...pod.containers.map(mounted),
      ...(annotations['agent-pre-populate-only'] === 'true' ? [] : [{ ...agent, name: 'vault-agent' }]),
    ],
    volumes: [
      ...(pod.volumes ?? []),
      { name: 'home-init', ...memory },
      { name: 'vault-secrets', ...memory },
      ...(tls ? [{ name: 'vault-tls-secrets', secret: { secretName: tls } }] : []),
    ],
  };
}

/** The files that the agent writes, by path, each with its template. */
export function renderedFiles(given: Readonly<Record<string, string>>): Record<string, string | undefined> {
  const prefix = 'vault.hashicorp.com/agent-inject-secret-';
  const names = Object.keys(given).flatMap((key) =>
    key.startsWith(prefix) ? [key.slice(prefix.length)] : [],
  );
  return Object.fromEntries(
    names.map((name) => [
      `/vault/secrets/${name.toLowerCase()}`,
      given[`vault.hashicorp.com/agent-inject-template-${name}`],
    ]),
  );
}

const DEFAULTS: Readonly<Record<string, string>> = {
  'agent-set-security-context': 'false',
  'agent-run-as-user': '0',
  'agent-run-as-group': '0',
  'agent-limits-cpu': '500m',
  'agent-limits-mem': '128Mi',
  'agent-requests-cpu': '250m',
  'agent-requests-mem': '64Mi',
};

interface Projected {
  readonly sources?: readonly { readonly serviceAccountToken?: { readonly path?: string } }[];
}

/** Where the agent finds its token: in a container that mounts it already, else in a place of its own. */
function findToken(
  pod: PodSpec,
  name: string | undefined,
): { volume: string; mountPath: string; path: string } {
  const mounts = pod.containers.flatMap(({ volumeMounts = [] }) => volumeMounts);
  if (!name) {
    const mount = mounts.find(({ mountPath }) => mountPath.includes('serviceaccount'));
    if (!mount) throw new Error('failed to find service account volume mount');
    return { volume: mount.name, mountPath: mount.mountPath, path: 'token' };
  }
  const volume = pod.volumes?.find((candidate) => candidate.name === name);
  if (!volume) throw new Error(`failed to find service account volume "${name}"`);
  const sources = (volume.projected as Projected | undefined)?.sources ?? [];
  const path = sources.find((source) => source.serviceAccountToken?.path)?.serviceAccountToken?.path;
  if (!path) throw new Error(`failed to find tokenPath for projected volume "${name}"`);
  const mountPath = mounts.find((mount) => mount.name === name)?.mountPath;
  return {
    volume: name,
    mountPath: mountPath ?? '/var/run/secrets/vault.hashicorp.com/serviceaccount',
    path,
  };
}

function agentContainer(
  annotations: Record<string, string>,
  volumeMounts: KubeContainer['volumeMounts'],
): KubeContainer {
  const quantities = (bound: string) =>
    Object.fromEntries(
      [
        ['cpu', annotations[`agent-${bound}-cpu`]],
        ['memory', annotations[`agent-${bound}-mem`]],
        ['ephemeral-storage', annotations[`agent-${bound}-ephemeral`]],
      ].filter(([, quantity]) => quantity),
    );
  const [user, group] = [Number(annotations['agent-run-as-user']), Number(annotations['agent-run-as-group'])];
  const container: Record<string, unknown> = {
    name: 'vault-agent-init',
    image: 'hashicorp/vault:1.21.2',
    command: ['/bin/sh', '-ec'],
    args: [
      'echo "$VAULT_CONFIG" | base64 -d > /home/vault/config.json && vault agent -config=/home/vault/config.json',
    ],
    resources: { limits: quantities('limits'), requests: quantities('requests') },
    volumeMounts,
    securityContext:
      annotations['agent-set-security-context'] === 'true'
        ? {
            runAsUser: user,
            runAsGroup: group,
            runAsNonRoot: user !== 0 && group !== 0,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
            allowPrivilegeEscalation: false,
          }
        : undefined,
  };
  for (const { op, path, value } of JSON.parse(annotations['agent-init-json-patch'] ?? '[]')) {
    const keys = String(path).split('/').slice(1);
    const last = keys.pop() ?? '';
    const target = keys.reduce<Record<string, unknown> | undefined>(
      (node, key) => node?.[key] as Record<string, unknown> | undefined,
      container,
    );
    if (op !== 'add' || !target) throw new Error(`failed to apply JSON patch: ${path}`);
    target[last] = value;
  }
  return container as unknown as KubeContainer;
}
