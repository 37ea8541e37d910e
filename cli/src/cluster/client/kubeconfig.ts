import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join, resolve, sep } from 'node:path';
import { parse } from 'yaml';
import { GateError, GateErrors } from '../../../../runner/src/errors/gate-error';

type Fields = Record<string, unknown>;

export interface ExecPlugin extends Fields {
  command?: string;
  apiVersion?: string;
  env?: { name: string; value: string }[] | null;
  provideClusterInfo?: boolean;
}

export interface User extends Fields {
  tokenFile?: string;
  exec?: ExecPlugin;
}

export interface ClusterEntry extends Fields {
  server: string;
}

export interface Context extends Fields {
  cluster: string;
  user?: string;
  namespace?: string;
}

/** A kubeconfig as it is written. */
export interface Kubeconfig {
  'current-context': string;
  clusters: { name: string; cluster: ClusterEntry }[];
  users: { name: string; user: User }[];
  contexts: { name: string; context: Context }[];
}

const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The paths in a kubeconfig, which are meant from the folder that it lies in. */
const PATHS = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile'];

/**
 * Reads what kubectl would: the files of KUBECONFIG together, else `~/.kube/config`, else the service account of this pod.
 *
 * @throws GateError (78) when there is none of them, or one can't be read.
 */
export function readKubeconfig(env: NodeJS.ProcessEnv = process.env): Kubeconfig {
  const named = (env.KUBECONFIG ?? '').split(delimiter).filter(Boolean);
  const paths = named.length > 0 ? named : [join(env.HOME ?? homedir(), '.kube', 'config')];
  const found = paths.filter((path) => existsSync(path));
  if (found.length > 0) return mergeKubeconfigs(found.map(readFile));
  if (env.KUBERNETES_SERVICE_HOST && existsSync(`${ACCOUNT}/token`)) return ofServiceAccount(env);
  throw new GateError(
    'CONFIG',
    `no kubeconfig: ${paths.join(' and ')} ${paths.length > 1 ? 'do' : 'does'} not exist`,
    {
      remedy: 'set KUBECONFIG to the path of one',
    },
  );
}

/** As kubectl merges: what a file says first counts, and a name belongs to the first file that has it. */
export function mergeKubeconfigs(files: readonly Kubeconfig[]): Kubeconfig {
  const firstOf = <T extends { name: string }>(entries: readonly T[]) =>
    entries.filter((entry, index) => entries.findIndex(({ name }) => name === entry.name) === index);
  return {
    'current-context': files.map((file) => file['current-context']).find(Boolean) ?? '',
    clusters: firstOf(files.flatMap(({ clusters }) => clusters)),
    users: firstOf(files.flatMap(({ users }) => users)),
    contexts: firstOf(files.flatMap(({ contexts }) => contexts)),
  };
}

function readFile(path: string): Kubeconfig {
  const remedy = 'correct the file, or set KUBECONFIG to another one';
  let content: Partial<Kubeconfig> | null;
  try {
    content = parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    // The message of a parser repeats the line, and a kubeconfig holds keys.
    const why = (cause as NodeJS.ErrnoException).code ?? 'not YAML';
    throw new GateError('CONFIG', `kubeconfig ${path} can't be read: ${why}`, { remedy });
  }
  if (content !== null && (typeof content !== 'object' || Array.isArray(content))) {
    throw new GateError('CONFIG', `${path} is not a kubeconfig`, { remedy });
  }
  const { clusters, users, contexts, 'current-context': current } = content ?? {};
  const problems = [
    ...entryProblems('clusters', clusters, 'cluster'),
    ...entryProblems('users', users, 'user'),
    ...entryProblems('contexts', contexts, 'context'),
  ];
  if (problems.length > 0) {
    throw new GateErrors(
      'CONFIG',
      problems.map((problem) => `kubeconfig ${path}: ${problem}`),
      remedy,
    );
  }
  const folder = dirname(resolve(path));
  return {
    'current-context': current ?? '',
    clusters: (clusters ?? []).map((entry) => ({ ...entry, cluster: absolute(entry.cluster, folder) })),
    users: (users ?? []).map((entry) => ({ ...entry, user: absoluteUser(entry.user ?? {}, folder) })),
    contexts: contexts ?? [],
  };
}

/** A list is edited by hand, or written by a program that another one has interrupted. */
function entryProblems(list: string, entries: unknown, part: string): string[] {
  if (entries === undefined || entries === null) return [];
  if (!Array.isArray(entries)) return [`${list} is no list`];
  const isFields = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
  return entries.flatMap((entry: Fields | null, index) => {
    const isSound =
      typeof entry?.name === 'string' && (entry[part] == null ? part === 'user' : isFields(entry[part]));
    return isSound ? [] : [`entry ${index + 1} of ${list} needs name and ${part}`];
  });
}

function absolute<T extends Fields>(fields: T, folder: string): T {
  const changed = PATHS.filter((key) => typeof fields?.[key] === 'string' && fields[key] !== '').map(
    (key) => [key, resolve(folder, String(fields[key]))] as const,
  );
  return { ...fields, ...Object.fromEntries(changed) };
}

/** A command with a slash is a path too; one without is looked for in PATH. */
function absoluteUser(user: User, folder: string): User {
  const { exec, ...rest } = absolute(user, folder);
  if (!exec) return rest;
  const { command } = exec;
  const isPath =
    command !== undefined && !isAbsolute(command) && (command.includes('/') || command.includes(sep));
  return { ...rest, exec: isPath ? { ...exec, command: resolve(folder, command) } : exec };
}

function ofServiceAccount(env: NodeJS.ProcessEnv): Kubeconfig {
  const host = env.KUBERNETES_SERVICE_HOST ?? '';
  const name = 'in-cluster';
  const namespace = existsSync(`${ACCOUNT}/namespace`)
    ? readFileSync(`${ACCOUNT}/namespace`, 'utf8').trim()
    : 'default';
  return {
    'current-context': name,
    clusters: [
      {
        name,
        cluster: {
          server: `https://${host.includes(':') ? `[${host}]` : host}:${env.KUBERNETES_SERVICE_PORT ?? 443}`,
          'certificate-authority': `${ACCOUNT}/ca.crt`,
        },
      },
    ],
    users: [{ name, user: { tokenFile: `${ACCOUNT}/token` } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace } }],
  };
}
