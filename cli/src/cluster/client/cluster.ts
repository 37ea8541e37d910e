import type { KubernetesObject } from '@kubernetes/client-node';

/** Where an object stands; without `namespace` in that of the command. */
export interface ObjectRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string | undefined;
}

/** What is listed and watched together; without `namespace` in that of the command. */
export interface Selection {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

/** A change as a watch tells it; `list` is everything that is there, after a first or a broken connection. */
export type Change<T> =
  | { readonly type: 'list'; readonly objects: readonly T[] }
  | { readonly type: 'set' | 'gone'; readonly object: T };

export interface LogRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** Only lines from this time on, RFC 3339. */
  readonly sinceTime?: string | undefined;
  /** Only so many of the last lines. */
  readonly tailLines?: number | undefined;
  /** Whether to stay until the container ends. */
  readonly follow: boolean;
}

/**
 * The Kubernetes API as this command uses it. A request that was lost on the way is repeated, and a token that has expired
 * is fetched anew, as long as {@link ClusterOptions.patience} allows it.
 *
 * Everything throws ClusterError: 87 where the cluster refuses (with what it said), 89 where it can't be reached.
 *
 * Objects are the JSON that the server sent, with every field: what the client's types call `Date` is a string here, RFC 3339.
 */
export interface Cluster {
  /** Namespace of objects that name none. */
  readonly namespace: string;
  /** Name of the context in the kubeconfig. */
  readonly context: string;
  /** Address of the API server. */
  readonly server: string;
  /** The object; undefined where there is none. */
  read<T extends KubernetesObject>(ref: ObjectRef): Promise<T | undefined>;
  list<T extends KubernetesObject>(selection: Selection): Promise<T[]>;
  /** Server-side apply as the manager `drizzle-gate`, forced, because what was reviewed is what counts. */
  apply<T extends KubernetesObject>(
    object: KubernetesObject,
    options?: { readonly dryRun?: boolean },
  ): Promise<T>;
  /** Deletes exactly the object with this uid and, in the background, what belongs to it; one that is gone is fine. */
  remove(ref: ObjectRef & { readonly uid: string }): Promise<void>;
  /** The name by which the API server knows the caller; undefined where it does not tell. */
  userName(signal: AbortSignal): Promise<string | undefined>;
  /** Whatever changes, until `signal` aborts; broken connections are renewed and never seen by the caller. */
  watch<T extends KubernetesObject>(selection: Selection, signal: AbortSignal): AsyncIterable<Change<T>>;
  /**
   * Lines of a container's log, each with the time that the kubelet noted. It ends with the log, or with its connection;
   * whoever follows asks again from the last time.
   */
  logs(
    request: LogRequest,
    signal: AbortSignal,
  ): AsyncIterable<{ readonly time: string; readonly text: string }>;
}

export interface ClusterOptions {
  /** @default - the kubeconfig's current one; in a pod that of its service account */
  readonly context?: string | undefined;
  /** @default - that of the context, else `default` */
  readonly namespace?: string | undefined;
  /** Milliseconds for which an API that does not answer is asked again. @default 120000 */
  readonly patience?: number | undefined;
  /** Ends every request, with its reason. @default - only watches and logs can be ended */
  readonly signal?: AbortSignal | undefined;
  /** Told once when the API stops to answer, and once when it does again. @default - nobody is told */
  readonly note?: ((text: string) => void) | undefined;
}
