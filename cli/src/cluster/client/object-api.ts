import type {
  KubernetesListObject,
  KubernetesObject,
  RequestContext,
  ResponseContext,
} from '@kubernetes/client-node';
import { ClusterError } from './cluster-error';
import type { Connection } from './connection';

type Client = typeof import('@kubernetes/client-node');

/** The manager of the fields that this command applies. */
export const FIELD_MANAGER = 'drizzle-gate';

/** What is asked of any kind of object. */
export interface ObjectApi {
  /** Path of an object, or of all of its kind where no name is given. */
  pathOf(object: Header): Promise<string>;
  find(object: Header): Promise<KubernetesObject>;
  listAll(query: ListQuery, signal?: AbortSignal): Promise<KubernetesListObject<KubernetesObject>>;
  /** An object that names no namespace gets the one given, where its kind has namespaces. */
  apply(object: KubernetesObject, namespace: string, dryRun: boolean): Promise<KubernetesObject>;
  remove(object: Header, uid: string): Promise<void>;
}

export interface Header {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name?: string | undefined; readonly namespace?: string | undefined };
}

export interface ListQuery {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly fieldSelector?: string | undefined;
  readonly labelSelector?: string | undefined;
}

/**
 * The official client's API for objects of any kind, with discovery, over our connection. Three of its habits are left out,
 * because each changes what was reviewed: it drops every field that its own release does not know, it takes an object of a
 * custom kind for the built-in one of the same version and kind (Knative's `Service`), and it puts names into lower case.
 *
 * The client is given, not imported: loading it takes longer than many commands.
 */
export function openObjectApi(client: Client, server: string, connection: Connection): ObjectApi {
  class Api extends client.KubernetesObjectApi implements ObjectApi {
    pathOf(object: Header): Promise<string> {
      return this.specUriPath(
        object as KubernetesObject,
        object.metadata.name === undefined ? 'list' : 'read',
      );
    }

    find({ apiVersion, kind, metadata: { name = '', namespace = '' } }: Header): Promise<KubernetesObject> {
      return super.read({ apiVersion, kind, metadata: { name, namespace } });
    }

    async listAll({ apiVersion, kind, namespace, ...selectors }: ListQuery, signal?: AbortSignal) {
      const path = await this.specUriPath({ apiVersion, kind, metadata: { namespace } }, 'list');
      const request = this.configuration.baseServer.makeRequestContext(path, client.HttpMethod.GET);
      request.setHeaderParam('Accept', 'application/json');
      for (const [name, value] of Object.entries(selectors)) if (value) request.setQueryParam(name, value);
      if (signal) request.setSignal(signal);
      return this.requestPromise<KubernetesObject>(request) as Promise<
        KubernetesListObject<KubernetesObject>
      >;
    }

    async apply(given: KubernetesObject, namespace: string, dryRun: boolean): Promise<KubernetesObject> {
      const { namespaced } = await this.resourceOf(given.apiVersion ?? '', given.kind ?? '');
      const own = given.metadata?.namespace ?? namespace;
      const metadata = { ...given.metadata, namespace: namespaced ? own : undefined };
      const object = { ...given, metadata };
      const path = await this.specUriPath(object, 'patch');
      const request = this.configuration.baseServer.makeRequestContext(path, client.HttpMethod.PATCH);
      request.setHeaderParam('Accept', 'application/json');
      request.setHeaderParam('Content-Type', client.PatchStrategy.ServerSideApply);
      request.setQueryParam('fieldManager', FIELD_MANAGER);
      request.setQueryParam('force', 'true');
      if (dryRun) request.setQueryParam('dryRun', 'All');
      request.setBody(JSON.stringify(object));
      return this.requestPromise(request);
    }

    async remove(object: Header, uid: string): Promise<void> {
      const none = undefined;
      // Where there is a body, the server reads nothing else; its own default for Jobs leaves their pods behind.
      const body = { preconditions: { uid }, propagationPolicy: 'Background' };
      await super.delete(object as KubernetesObject, none, none, none, none, none, body);
    }

    protected override async specUriPath(object: KubernetesObject, action: string): Promise<string> {
      const { apiVersion = '', kind = '', metadata } = object;
      const resource = await this.resourceOf(apiVersion, kind);
      const parts = [this.apiVersionPath(apiVersion)];
      if (resource.namespaced && metadata?.namespace) parts.push('namespaces', metadata.namespace);
      parts.push(resource.name);
      if (action !== 'list') parts.push(metadata?.name ?? '');
      return parts.map((part, index) => (index === 0 ? part : encodeURIComponent(part))).join('/');
    }

    protected override async processResponse<T extends KubernetesObject>(
      response: ResponseContext,
    ): Promise<T> {
      return JSON.parse(await response.body.text());
    }

    private async resourceOf(apiVersion: string, kind: string) {
      const resource = await this.resource(apiVersion, kind).catch((error) => {
        if (error instanceof ClusterError && error.status === 404) return undefined;
        // The client writes its own words before those of any failure.
        if (error instanceof Error)
          error.message = error.message.replace(/^Failed to fetch resource metadata for \S+: /, '');
        throw error;
      });
      if (resource) return resource;
      throw new ClusterError('CLUSTER_REFUSED', `the cluster has no kind ${kind} of ${apiVersion}`, {
        reason: 'NoKind',
        remedy: 'install its CustomResourceDefinition (or its operator) first, or leave the object out',
      });
    }
  }
  return new Api(
    client.createConfiguration({
      baseServer: new client.ServerConfiguration(server, {}),
      httpApi: client.wrapHttpLibrary({ send: (request) => send(client, connection, request) }),
    }),
  );
}

async function send(
  client: Client,
  connection: Connection,
  request: RequestContext,
): Promise<ResponseContext> {
  const body = request.getBody();
  const asked = {
    method: request.getHttpMethod(),
    url: request.getUrl(),
    headers: request.getHeaders(),
    body: typeof body === 'string' ? body : undefined,
  };
  const { status, headers, text } = await connection.text(asked, request.getSignal());
  return new client.ResponseContext(status, headers, {
    text: async () => text,
    binary: async () => Buffer.from(text),
  });
}
