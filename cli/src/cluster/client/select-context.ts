import { didYouMean } from '../../../../runner/src/errors/closest';
import { GateError } from '../../../../runner/src/errors/gate-error';
import { environmentProxy } from './environment-proxy';
import type { ClusterEntry, ExecPlugin, Kubeconfig, User } from './kubeconfig';

/** A kubeconfig reduced to one context, as the client understands it, and what the client does not do itself. */
export interface SelectedContext {
  readonly name: string;
  readonly server: string;
  readonly namespace: string | undefined;
  /** File with a token that is read anew, because whoever writes it exchanges the token. */
  readonly tokenFile: string | undefined;
  /** Headers of an impersonation beside the user's name. */
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly kubeconfig: Kubeconfig;
}

/** @throws GateError (78) when the context, or what it names, is not there. */
export function selectContext(
  kubeconfig: Kubeconfig,
  wanted?: string,
  env: NodeJS.ProcessEnv = process.env,
): SelectedContext {
  const name = wanted ?? kubeconfig['current-context'];
  const known = kubeconfig.contexts.map((entry) => entry.name);
  const context = kubeconfig.contexts.find((entry) => entry.name === name)?.context;
  if (!context) {
    const list = known.length > 0 ? `it has ${known.join(', ')}` : 'it has none';
    throw new GateError(
      'CONFIG',
      name
        ? `the kubeconfig has no context ${JSON.stringify(name)}${didYouMean(name, known)}`
        : 'the kubeconfig has no current context',
      { remedy: `give one with --context; ${list}` },
    );
  }
  const cluster = kubeconfig.clusters.find((entry) => entry.name === context.cluster)?.cluster;
  const server = serverOf(cluster, name, context.cluster);
  const user = kubeconfig.users.find((entry) => entry.name === context.user)?.user;
  if (!user && context.user) {
    throw new GateError(
      'CONFIG',
      `context ${name} of the kubeconfig names the user ${JSON.stringify(context.user)}, which it does not have`,
      { remedy: 'log in again, or give another context with --context' },
    );
  }
  const { tokenFile, ...others } = user ?? {};
  const entry = clusterFor({ ...cluster, server }, env);
  return {
    name,
    server,
    namespace: context.namespace || undefined,
    tokenFile: tokenFile || undefined,
    headers: impersonation(others),
    kubeconfig: {
      'current-context': name,
      clusters: [{ name: 'cluster', cluster: entry }],
      // Without any user, the client would also leave out the cluster's certificate.
      users: [{ name: 'user', user: userFor(others, entry, tokenFile) }],
      contexts: [{ name, context: { ...context, cluster: 'cluster', user: 'user' } }],
    },
  };
}

function serverOf(cluster: ClusterEntry | undefined, context: string, name: string): string {
  const server = cluster?.server ?? '';
  if (URL.canParse(server) && /^https?:/.test(server)) return server.replace(/\/+$/, '');
  throw new GateError(
    'CONFIG',
    cluster
      ? `cluster ${name} of the kubeconfig has the server ${JSON.stringify(server)}, which is not an http or https URL`
      : `context ${context} of the kubeconfig names the cluster ${JSON.stringify(name)}, which it does not have`,
    { remedy: 'correct the kubeconfig, or give another context with --context' },
  );
}

function clusterFor(cluster: ClusterEntry, env: NodeJS.ProcessEnv): ClusterEntry {
  const proxy = cluster['proxy-url'] || environmentProxy(cluster.server, env);
  return {
    ...cluster,
    ...(proxy ? { 'proxy-url': proxy } : {}),
    // Of `kubectl proxy` there is nothing to verify; the client refuses it otherwise.
    ...(cluster.server.startsWith('http:') && { 'insecure-skip-tls-verify': true }),
  };
}

function userFor(user: User, cluster: ClusterEntry, tokenFile: string | undefined): User {
  const { exec, token, ...rest } = user;
  return {
    ...rest,
    // As kubectl has it, the file counts.
    ...(token !== undefined && !tokenFile && { token }),
    ...(exec && { exec: { ...exec, env: [...(exec.env ?? []), execInfo(exec, cluster)] } }),
  };
}

/** What kubectl tells a credential plugin; some refuse to work without. */
function execInfo(exec: ExecPlugin, cluster: ClusterEntry): { name: string; value: string } {
  const { server, 'tls-server-name': tlsServerName, 'certificate-authority-data': data } = cluster;
  const spec = {
    interactive: false,
    ...(exec.provideClusterInfo && {
      cluster: { server, 'tls-server-name': tlsServerName, 'certificate-authority-data': data },
    }),
  };
  const apiVersion = exec.apiVersion ?? 'client.authentication.k8s.io/v1';
  return {
    name: 'KUBERNETES_EXEC_INFO',
    value: JSON.stringify({ kind: 'ExecCredential', apiVersion, spec }),
  };
}

/** The client knows `as` alone; without the groups it would ask as somebody with other rights. */
function impersonation(user: User): Record<string, string | string[]> {
  const extra = Object.entries((user['as-user-extra'] ?? {}) as Record<string, string[]>);
  return {
    ...(user['as-uid'] ? { 'Impersonate-Uid': String(user['as-uid']) } : {}),
    ...(user['as-groups'] ? { 'Impersonate-Group': user['as-groups'] as string[] } : {}),
    ...Object.fromEntries(
      extra.map(([key, values]) => [`Impersonate-Extra-${encodeURIComponent(key)}`, values]),
    ),
  };
}
