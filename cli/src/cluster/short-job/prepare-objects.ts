import type { KubernetesObject } from '@kubernetes/client-node';
import { contains } from '../apply/contains';
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
