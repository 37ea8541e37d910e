import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubernetesObject } from '@kubernetes/client-node';
import type { Change } from './cluster';
import { ClusterError, hasStatus, refusal } from './cluster-error';
import type { Connection } from './connection';
import { SilentServer } from './exchange';
import type { ListQuery, ObjectApi } from './object-api';
import { readLines } from './read-lines';

/** Milliseconds: the server sends a bookmark every minute, so a connection that is quiet for longer leads nowhere. */
const SILENCE = 70_000;

/** Seconds after which the server ends a watch; it is then continued. */
const LENGTH = 300;

interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: KubernetesObject;
}

export interface WatchOptions {
  readonly server: string;
  readonly signal: AbortSignal;
  /** Milliseconds after which a quiet connection is given up. @default 70000 */
  readonly silence?: number | undefined;
}

/** Lists, then watches from there; what broke is continued from the last version seen, or listed anew where that is too old. */
export async function* watchObjects<T extends KubernetesObject>(
  api: ObjectApi,
  connection: Connection,
  query: ListQuery,
  options: WatchOptions,
): AsyncGenerator<Change<T>> {
  const { signal } = options;
  let version: string | undefined;
  while (!signal.aborted) {
    try {
      if (version === undefined) {
        const list = await api.listAll(query, signal);
        if (signal.aborted) return;
        version = list.metadata?.resourceVersion ?? '';
        yield { type: 'list', objects: list.items.map((item) => typed(item, query) as T) };
      }
      for await (const { type, object } of eventsSince(api, connection, query, version, options)) {
        version = object.metadata?.resourceVersion ?? version;
        if (type === 'BOOKMARK') continue;
        yield { type: type === 'DELETED' ? 'gone' : 'set', object: object as T };
      }
    } catch (error) {
      if (signal.aborted) return;
      if (hasStatus(error, 410)) version = undefined;
      else if (!(error instanceof BrokenWatch)) throw error;
    }
    // A server that ends every watch at once is not asked without end.
    await sleep(100, undefined, { signal }).catch(() => undefined);
  }
}

/** The connection ended; only the next request tells whether the server is still there. */
class BrokenWatch extends Error {}

async function* eventsSince(
  api: ObjectApi,
  connection: Connection,
  query: ListQuery,
  version: string,
  { server, signal, silence = SILENCE }: WatchOptions,
): AsyncGenerator<WatchEvent> {
  const url = new URL(server + (await api.pathOf({ ...query, metadata: { namespace: query.namespace } })));
  const { fieldSelector, labelSelector } = query;
  const parameters = { fieldSelector, labelSelector, resourceVersion: version, timeoutSeconds: `${LENGTH}` };
  for (const [name, value] of Object.entries({ ...parameters, watch: 'true', allowWatchBookmarks: 'true' })) {
    if (value) url.searchParams.set(name, value);
  }
  const response = await connection.stream({ method: 'GET', url: url.href }, signal);
  const timer = setTimeout(() => response.destroy(new SilentServer('the watch is silent')), silence);
  try {
    for await (const line of linesOf(response)) {
      timer.refresh();
      if (line !== '') yield parseEvent(line);
    }
  } finally {
    clearTimeout(timer);
    response.destroy();
  }
}

async function* linesOf(response: IncomingMessage): AsyncGenerator<string> {
  try {
    yield* readLines(response);
  } catch (cause) {
    throw new BrokenWatch('the watch broke', { cause });
  }
}

function parseEvent(line: string): WatchEvent {
  let event: WatchEvent;
  try {
    event = JSON.parse(line);
  } catch (cause) {
    throw new BrokenWatch('half an event', { cause });
  }
  if (event.type !== 'ERROR') return event;
  const code = Number((event.object as { code?: number }).code ?? 500);
  const error = refusal(code, JSON.stringify({ ...event.object, kind: 'Status' }));
  // The server lost its own connection to the store, or ends this watch: the next request tells.
  throw error instanceof ClusterError && code >= 500 ? new BrokenWatch(error.message) : error;
}

/** The objects of a list do not repeat what they are. */
export function typed(object: KubernetesObject, { apiVersion, kind }: ListQuery): KubernetesObject {
  return { apiVersion, kind, ...object };
}
