import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeConfig, KubernetesObject } from '@kubernetes/client-node';
import { requestApi } from './api-request';

/** Plural names of the kinds that the tests touch, and whether they stand in a namespace. */
const PLURALS: Readonly<Record<string, string>> = {
  NetworkPolicy: 'networkpolicies',
  EndpointSlice: 'endpointslices',
};
const CLUSTER_WIDE = ['Namespace', 'Node'];

export interface Ref {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string | undefined;
}

export interface KubeError extends Error {
  readonly status: number;
}

/** The cluster as its administrator sees it: what the tests prepare, and what they look at afterwards. */
export class Kube {
  public constructor(public readonly config: KubeConfig) {}

  public async apply<T extends KubernetesObject>(object: T): Promise<T> {
    const { apiVersion = '', kind = '', metadata } = object;
    const path = `${collection({ apiVersion, kind, namespace: metadata?.namespace })}/${metadata?.name}`;
    return this.send('PATCH', `${path}?fieldManager=e2e&force=true`, object, 'application/apply-patch+yaml');
  }

  public async read<T>(ref: Ref, name: string): Promise<T | undefined> {
    try {
      return await this.send<T>('GET', `${collection(ref)}/${name}`);
    } catch (error) {
      if ((error as KubeError).status === 404) return undefined;
      throw error;
    }
  }

  public async list<T>(ref: Ref, labelSelector = ''): Promise<T[]> {
    const query = labelSelector ? `?labelSelector=${encodeURIComponent(labelSelector)}` : '';
    return (await this.send<{ items: T[] }>('GET', `${collection(ref)}${query}`)).items;
  }

  /** In the background; an object that is gone is fine. */
  public async remove(ref: Ref, name: string): Promise<void> {
    try {
      await this.send('DELETE', `${collection(ref)}/${name}?propagationPolicy=Background`);
    } catch (error) {
      if ((error as KubeError).status !== 404) throw error;
    }
  }

  /** What a node drain does to each pod. */
  public async evict(namespace: string, name: string): Promise<void> {
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } };
    await this.send('POST', `/api/v1/namespaces/${namespace}/pods/${name}/eviction`, eviction);
  }

  /** A token of a service account, as CI's own identity gets one. */
  public async token(namespace: string, account: string): Promise<string> {
    const request = {
      ...{ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest' },
      spec: { expirationSeconds: 3600 },
    };
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`;
    return (await this.send<{ status: { token: string } }>('POST', path, request)).status.token;
  }

  /** An API server that restarts is asked again, so that only what is tested depends on it. */
  public async send<T = unknown>(
    method: string,
    path: string,
    body?: unknown,
    type = 'application/json',
  ): Promise<T> {
    const content = body === undefined ? undefined : { type, text: JSON.stringify(body) };
    for (let tries = 0; ; tries++) {
      try {
        const { status, text } = await requestApi(this.config, method, path, content);
        if (status < 300) return JSON.parse(text) as T;
        const error = new Error(`${method} ${path}: ${status} ${messageOf(text)}`);
        if (status !== 429 && status < 500) throw Object.assign(error, { status });
        if (tries >= 30) throw error;
      } catch (error) {
        if ('status' in (error as object) || tries >= 30) throw error;
      }
      await sleep(1000);
    }
  }
}

function collection({ apiVersion, kind, namespace }: Ref): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const plural = PLURALS[kind] ?? `${kind.toLowerCase()}s`;
  return CLUSTER_WIDE.includes(kind) ? `${root}/${plural}` : `${root}/namespaces/${namespace}/${plural}`;
}

function messageOf(text: string): string {
  try {
    return (JSON.parse(text) as { message?: string }).message ?? text;
  } catch {
    return text;
  }
}
