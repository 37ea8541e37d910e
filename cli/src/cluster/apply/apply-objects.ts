import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { KubernetesObject } from '@kubernetes/client-node';
import { GateErrors } from '../../../../runner/src/errors/gate-error';
import type { Cluster } from '../client/cluster';
import { ClusterError, hasStatus } from '../client/cluster-error';
import { contains } from './contains';
import { type ManifestObject, nameOf } from './manifest-object';

export interface ApplyOptions {
  readonly print: (line: string) => void;
  readonly dryRun?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Everything of this deployment: of a kind or a namespace that it brings along, the server may not know yet. */
  readonly all: readonly ManifestObject[];
  /** Milliseconds for a kind to be known, after its definition was applied. @default 30000 */
  readonly kindLimit?: number | undefined;
}

const KIND_LIMIT = 30_000;

/**
 * Applies objects one after the other, and tells of each what became of it.
 *
 * @throws GateErrors (87) with everything that was refused; ClusterError (89) as soon as the API is away.
 */
export async function applyObjects(
  cluster: Cluster,
  objects: readonly ManifestObject[],
  options: ApplyOptions,
): Promise<void> {
  const refused: { readonly object: ManifestObject; readonly error: ClusterError }[] = [];
  for (const object of objects) {
    options.signal?.throwIfAborted();
    try {
      options.print(`${nameOf(object)} ${await applyObject(cluster, object, options)}`);
    } catch (error) {
      if (!(error instanceof ClusterError) || error.exit !== 'CLUSTER_REFUSED') throw error;
      refused.push({ object, error });
    }
  }
  if (refused.length === 0) return;
  const messages = [...new Set(refused.map(({ error }) => error.message))];
  const problems = messages.map((message) => {
    const names = refused
      .filter(({ error }) => error.message === message)
      .map(({ object }) => nameOf(object));
    return `${names.join(', ')}: ${message}`;
  });
  const remedies = new Set(refused.map(({ error }) => error.remedy).filter((remedy) => remedy !== undefined));
  throw new GateErrors('CLUSTER_REFUSED', problems, [...remedies].join('; ') || undefined);
}

async function applyObject(cluster: Cluster, object: ManifestObject, options: ApplyOptions): Promise<string> {
  const { dryRun = false } = options;
  const before = await look(cluster, object, options);
  if (before === 'later') return 'can be checked only when its kind is there';
  try {
    const after = await cluster.apply(object, { dryRun });
    if (before === 'forbidden') return `applied${dryRun ? ' (dry run)' : ''}`;
    return `${changeOf(before, after)}${dryRun ? ' (dry run)' : ''}`;
  } catch (error) {
    if (dryRun && bringsNamespace(object, options.all, cluster) && hasStatus(error, 404)) {
      return 'can be checked only when its namespace is there';
    }
    if (hasStatus(error, 403) && before && before !== 'forbidden' && contains(before, object)) {
      return 'may not be written by this account, but is as the file says';
    }
    throw error;
  }
}

type Before = KubernetesObject | undefined | 'forbidden' | 'later';

async function look(
  cluster: Cluster,
  object: ManifestObject,
  { all, dryRun, signal, kindLimit = KIND_LIMIT }: ApplyOptions,
): Promise<Before> {
  const { apiVersion, kind, metadata } = object;
  const start = Date.now();
  for (;;) {
    try {
      return await cluster.read({ apiVersion, kind, name: metadata.name, namespace: metadata.namespace });
    } catch (error) {
      if (hasStatus(error, 403)) return 'forbidden';
      const isNew = error instanceof ClusterError && error.reason === 'NoKind' && bringsKind(object, all);
      if (isNew && dryRun) return 'later';
      if (!isNew || Date.now() - start > kindLimit) throw error;
      await sleep(500, undefined, { signal }).catch(() => undefined);
      signal?.throwIfAborted();
    }
  }
}

/** Who manages which field is no change that anybody asked for; and a dry run gives every object its old version. */
function changeOf(before: KubernetesObject | undefined, after: KubernetesObject): string {
  if (!before) return 'created';
  return isDeepStrictEqual(contentOf(before), contentOf(after)) ? 'unchanged' : 'configured';
}

function contentOf(object: KubernetesObject): unknown {
  const { managedFields, resourceVersion, generation, ...metadata } = object.metadata ?? {};
  return { ...object, metadata, status: undefined };
}

function bringsKind({ kind }: ManifestObject, all: readonly ManifestObject[]): boolean {
  return all.some(
    (other) =>
      other.kind === 'CustomResourceDefinition' &&
      (other as { spec?: { names?: { kind?: string } } }).spec?.names?.kind === kind,
  );
}

function bringsNamespace(
  { metadata }: ManifestObject,
  all: readonly ManifestObject[],
  cluster: Cluster,
): boolean {
  const namespace = metadata.namespace ?? cluster.namespace;
  return all.some((other) => other.kind === 'Namespace' && other.metadata.name === namespace);
}
