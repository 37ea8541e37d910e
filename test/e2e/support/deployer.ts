import type { KubernetesObject } from '@kubernetes/client-node';
import type { Kube } from './kube';
import { ORDERS } from './migrations';
import { synthRights } from './release';
import type { RunState } from './run-state';

const ACCOUNT = 'ci-deployer';

/** The account of CI with the Role that the library makes for it, and a token of it. */
export async function deployerToken(
  kube: Kube,
  namespace: string,
  { image, database }: RunState,
  folder: string,
): Promise<string> {
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: ACCOUNT, namespace } };
  const rights = synthRights(folder, ACCOUNT, { migrations: [ORDERS], image, namespace, database });
  for (const object of [account as KubernetesObject, ...rights]) await kube.apply(object);
  return kube.token(namespace, ACCOUNT);
}
