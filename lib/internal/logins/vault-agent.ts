import type { VaultAgentOptions } from '../../credentials';
import { VaultServer } from '../../credentials/vault-server';
import { CONNECTION, plainEnv, refuseBesideUrl, URL_NAMES_HOST, URL_VARIABLE } from '../connection-names';
import type { Login } from '../login';
import type { EnvSource } from '../pod-parts';
import { Problems, shown } from '../problems';
import { dataKeyProblem, objectNameProblem } from '../syntax';
import { TOKEN_VOLUME, tokenVolume, vaultAnnotations } from '../vault-annotations';
import { vaultFilePath } from '../vault-file';

/**
 * The webhook adds the agent to the pod as its first init container. It finds a token made for Vault in a volume that no
 * container of ours mounts, writes the files, and ends: pre-flight finds them, and nothing keeps the Job from ending.
 *
 * @see https://developer.hashicorp.com/vault/docs/platform/k8s/injector/annotations
 */
export function vaultAgentLogin(options: VaultAgentOptions): Login {
  const { secret, server = VaultServer.officialChart(), audience = 'vault' } = options;
  const problems = new Problems();
  checkOptions(problems, options);
  const env = plainEnv(problems, options);
  const variables = secret._files.map(({ variable }) => variable);
  const isUrl = variables.includes(URL_VARIABLE);
  if (isUrl) {
    const { host, port, database, user } = options;
    refuseBesideUrl(problems, { host, port, database, user });
  }
  for (const [part, variable] of CONNECTION) {
    if (!variables.includes(variable)) continue;
    if (isUrl) problems.add('secret', `${variable} stands beside a whole URL; leave one of them out`);
    if (variable in env) problems.add(part, `${part} is given, and Vault has it too; leave one of them out`);
  }
  problems.throwIfAny();
  const files: { [name: string]: EnvSource } = {};
  for (const variable of variables) files[`${variable}_FILE`] = { value: vaultFilePath(variable) };
  return {
    env: { ...env, ...files },
    port: options.port,
    hostIsFixed: isUrl ? URL_NAMES_HOST : undefined,
    podAnnotations: vaultAnnotations({ ...options, server }),
    // The first refusal ends the agent's container, with the reason in the pod's status, and the Job tries again.
    annotationsWhenRetried: { 'vault.hashicorp.com/agent-auto-auth-exit-on-err': 'true' },
    // There is no second pod: the agent itself goes on trying, at most this long apart, until Vault answers.
    annotationsWhenNotRetried: { 'vault.hashicorp.com/auth-max-backoff': '15s' },
    unmountedVolumes: [{ name: TOKEN_VOLUME, ...tokenVolume(audience) }],
    egress: server.peers.map((peer) => ({ peer, port: server.port })),
    lookups: server.address === undefined ? [] : [new URL(server.address).hostname],
  };
}

function checkOptions(problems: Problems, options: VaultAgentOptions): void {
  const { role, audience, authPath, vaultNamespace, tlsSecret, caKey } = options;
  for (const [option, value] of Object.entries({ role, audience, vaultNamespace })) {
    if (value !== undefined && !/^\S+$/.test(value)) {
      problems.add(option, `${shown(value)} is empty or has spaces; give a value without them`);
    }
  }
  if (authPath !== undefined && !/^auth\/\S*[^\s/]$/.test(authPath)) {
    problems.add(
      'authPath',
      `${shown(authPath)} is not the path of a login; write it like "auth/kubernetes"`,
    );
  }
  if (tlsSecret !== undefined) problems.check('tlsSecret', objectNameProblem(tlsSecret));
  if (caKey === undefined) return;
  problems.check('caKey', dataKeyProblem(caKey));
  if (tlsSecret === undefined) {
    problems.add('caKey', `${shown(caKey)} is a key of no Secret; give tlsSecret`);
  }
}
