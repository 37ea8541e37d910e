import { Size } from 'cdk8s';
import type { ContainerResources } from 'cdk8s-plus-28';
import type { VaultAgentOptions, VaultServer } from '../credentials';
import { resourcesWithDefaults } from './hardening';
import { sizeText } from './json-patches';
import { type VaultFile, vaultFileName } from './vault-file';

/** Of these the agent takes its token; the webhook finds it by this name. */
export const TOKEN_VOLUME = 'vault-token';
/** As long as Kubernetes allows at least: the kubelet renews it while the pod runs. */
const TOKEN_SECONDS = 600;

/** A token of the pod's account that only `audience` accepts: the API server of Kubernetes refuses it. */
export function tokenVolume(audience: string): { readonly projected: unknown } {
  const serviceAccountToken = { audience, expirationSeconds: TOKEN_SECONDS, path: 'token' };
  return { projected: { defaultMode: 0o644, sources: [{ serviceAccountToken }] } };
}

/** The agent's own messages, where it ends, in the status of its container. */
const INIT_PATCH = [
  { op: 'add', path: '/terminationMessagePolicy', value: 'FallbackToLogsOnError' },
  { op: 'add', path: '/securityContext/seccompProfile', value: { type: 'RuntimeDefault' } },
];

export function vaultAnnotations(options: VaultAgentOptions & { readonly server: VaultServer }): {
  [key: string]: string;
} {
  const { role, secret, server, authPath, vaultNamespace, tlsSecret, caKey = 'ca.crt' } = options;
  const annotations: { [name: string]: string | undefined } = {
    'agent-inject': 'true',
    // Before pre-flight, which needs the files; its default place is the last.
    'agent-init-first': 'true',
    // No sidecar: it would keep the Job from ending.
    'agent-pre-populate-only': 'true',
    role,
    'agent-service-account-token-volume-name': TOKEN_VOLUME,
    'auth-path': authPath,
    namespace: vaultNamespace,
    service: server.address,
    'tls-secret': tlsSecret,
    'ca-cert': tlsSecret === undefined ? undefined : `/vault/tls/${caKey}`,
    // The restricted profile must hold whatever the injector's own settings are. The user is that of Vault's image, the
    // group that of our pods, for which the files are readable.
    'agent-set-security-context': 'true',
    'agent-run-as-same-user': 'false',
    'agent-run-as-user': '100',
    'agent-run-as-group': '1000',
    'agent-init-json-patch': JSON.stringify(INIT_PATCH),
    ...resourceAnnotations(options.agentResources),
  };
  for (const file of secret._files) Object.assign(annotations, fileAnnotations(file));
  return Object.fromEntries(
    Object.entries(annotations)
      .filter((entry): entry is [string, string] => entry[1] !== undefined)
      .map(([name, value]) => [`vault.hashicorp.com/${name}`, value]),
  );
}

function fileAnnotations({ variable, path, template }: VaultFile): { [name: string]: string } {
  const name = vaultFileName(variable);
  return {
    [`agent-inject-secret-${name}`]: path,
    [`agent-inject-template-${name}`]: template,
    [`agent-inject-perms-${name}`]: '0440',
    // Without it, a field that is missing becomes the text `<no value>`.
    [`error-on-missing-key-${name}`]: 'true',
  };
}

/** An empty text takes away what the injector would set by itself. */
function resourceAnnotations(own: ContainerResources = {}): { [name: string]: string } {
  const memory = own.memory ?? { request: Size.mebibytes(64), limit: Size.mebibytes(128) };
  const { cpu, ephemeralStorage } = resourcesWithDefaults(own);
  const annotations: { [name: string]: string } = {};
  for (const [plural, bound] of [
    ['requests', 'request'],
    ['limits', 'limit'],
  ] as const) {
    annotations[`agent-${plural}-cpu`] = String(cpu?.[bound]?.amount ?? '');
    annotations[`agent-${plural}-mem`] = sizeText(memory[bound]) ?? '';
    annotations[`agent-${plural}-ephemeral`] = sizeText(ephemeralStorage?.[bound]) ?? '';
  }
  return annotations;
}
