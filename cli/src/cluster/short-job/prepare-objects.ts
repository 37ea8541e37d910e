import type { KubernetesObject } from '@kubernetes/client-node';
import type { Cluster, ObjectRef } from '../client/cluster';
import { hasStatus } from '../client/cluster-error';
import type { Source } from './source';

/**
 * Makes what the Job of a manifest needs and the cluster lacks: account, policy, scripts. What is there stays as it is,
 * because it belongs to the release that is deployed; only `replaced` kinds are made as the manifest says.
 */
export async function prepareObjects(
  cluster: Cluster,
  { objects }: Pick<Source, 'objects'>,
  note: (text: string) => void,
  replaced: readonly string[] = [],
): Promise<void> {
  const seen = await Promise.all(objects.map((object) => unlessForbidden(() => cluster.read(refOf(object)))));
  for (const [index, object] of objects.entries()) {
    const what = `${object.kind} ${object.metadata?.name}`;
    const isReplaced = replaced.includes(object.kind ?? '');
    const found = seen[index];
    if (found === 'forbidden') continue;
    if (found && (!isReplaced || contains(found, object))) continue;
    const applied = await unlessForbidden(() => cluster.apply(object));
    const said =
      applied === 'forbidden' ? 'may not be written here, so it is left' : found ? 'configured' : 'created';
    note(`${what} ${said}`);
  }
}

function refOf({ apiVersion = '', kind = '', metadata }: KubernetesObject): ObjectRef {
  return { apiVersion, kind, name: metadata?.name ?? '', namespace: metadata?.namespace };
}

/** What this account may not see or write, somebody else keeps; the Job itself tells when it is missing. */
async function unlessForbidden<T>(request: () => Promise<T>): Promise<T | 'forbidden'> {
  try {
    return await request();
  } catch (error) {
    if (hasStatus(error, 403)) return 'forbidden';
    throw error;
  }
}

/** Whether everything that is wanted is there already. */
function contains(found: unknown, wanted: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return found === wanted;
  if (typeof found !== 'object' || found === null) return false;
  const [there, asked] = [found as Record<string, unknown>, wanted as Record<string, unknown>];
  if ('data' in asked && !sameKeys(there.data, asked.data)) return false;
  return Object.keys(asked).every((key) => contains(there[key], asked[key]));
}

/** A script that the manifest no longer has must not stay in the ConfigMap. */
function sameKeys(found: unknown, wanted: unknown): boolean {
  const keys = (value: unknown) =>
    Object.keys((value ?? {}) as object)
      .sort()
      .join();
  return keys(found) === keys(wanted);
}
