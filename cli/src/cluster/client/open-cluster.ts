import { setTimeout as sleep } from 'node:timers/promises';
import type { KubernetesObject } from '@kubernetes/client-node';
import type { Cluster, ClusterOptions, ObjectRef, Selection } from './cluster';
import { hasStatus } from './cluster-error';
import { Connection } from './connection';
import { readLog } from './container-log';
import { Credentials } from './credentials';
import { type Header, type ListQuery, openObjectApi } from './object-api';
import { readUserName } from './user-name';
import { typed, watchObjects } from './watch';

/** Milliseconds. */
const PATIENCE = 120_000;

/** How often an apply is repeated that met another one at the same moment. */
const CONFLICTS = 5;

/**
 * The cluster of the kubeconfig, or of the pod that this runs in. Nothing is asked of it yet.
 *
 * @throws GateError (78) when there is no usable kubeconfig.
 */
export async function openCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const client = await import('@kubernetes/client-node');
  const credentials = Credentials.open(client, options.context);
  const { name, server, namespace: ofContext } = credentials.context;
  const namespace = options.namespace ?? ofContext ?? 'default';
  const connection = new Connection(credentials, options.patience ?? PATIENCE, options.note, options.signal);
  const api = openObjectApi(client, server, connection);
  const header = (ref: ObjectRef): Header => ({
    apiVersion: ref.apiVersion,
    kind: ref.kind,
    metadata: { name: ref.name, namespace: ref.namespace ?? namespace },
  });
  const query = (selection: Selection): ListQuery => ({
    ...selection,
    namespace: selection.namespace ?? namespace,
  });

  return {
    namespace,
    context: name,
    server,
    async read<T extends KubernetesObject>(ref: ObjectRef) {
      return (await unlessGone(api.find(header(ref)))) as T | undefined;
    },
    async list<T extends KubernetesObject>(selection: Selection) {
      const asked = query(selection);
      const { items } = await api.listAll(asked);
      return items.map((item) => typed(item, asked) as T);
    },
    async apply<T extends KubernetesObject>(object: KubernetesObject, { dryRun = false } = {}) {
      for (let tries = 0; ; tries++) {
        try {
          return (await api.apply(object, namespace, dryRun)) as T;
        } catch (error) {
          if (!hasStatus(error, 409) || tries === CONFLICTS) throw error;
          await sleep(100 * (tries + 1) * (0.5 + Math.random()));
        }
      }
    },
    async remove(ref) {
      // 409: the name belongs to another object by now, so this one is gone.
      await api.remove(header(ref), ref.uid).catch((error) => {
        if (!hasStatus(error, 404, 409)) throw error;
      });
    },
    userName: (signal) => readUserName(connection, server, signal),
    watch: (selection, signal) => watchObjects(api, connection, query(selection), { server, signal }),
    logs: (request, signal) => readLog(connection, server, request, signal),
  };
}

async function unlessGone<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (hasStatus(error, 404)) return undefined;
    throw error;
  }
}
