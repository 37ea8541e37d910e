import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubernetesObject } from '@kubernetes/client-node';
import type { Change } from '../../cli/src/cluster/client/cluster';
import { ClusterError, refusal } from '../../cli/src/cluster/client/cluster-error';
import { json, statusObject, withApiServer } from '../support/api-server';

const CONFIG_MAP = { apiVersion: 'v1', kind: 'ConfigMap', name: 'scripts' };
const object = (rest: object) => rest as KubernetesObject;

async function failureOf(promise: Promise<unknown>): Promise<ClusterError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ClusterError);
  return error as ClusterError;
}

describe('an object is sent as it was reviewed', () => {
  test('with fields that the client does not know, and its name as it is', async () => {
    await withApiServer(
      ({ body }, response) => json(response, JSON.parse(body)),
      async ({ open, calls }) => {
        const cluster = await open();
        const role = {
          ...{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'system:CI' } },
          rules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'], newInLaterReleases: 1 }],
        };
        const answer = await cluster.apply(object(role));
        const [call] = calls;
        expect(call?.path).toBe('/apis/rbac.authorization.k8s.io/v1/namespaces/shop/roles/system%3ACI');
        expect(JSON.parse(call?.body ?? '')).toEqual({
          ...role,
          metadata: { name: 'system:CI', namespace: 'shop' },
        });
        expect(Object.fromEntries(call?.query ?? [])).toEqual({
          fieldManager: 'drizzle-gate',
          force: 'true',
        });
        expect(answer).toMatchObject({ rules: role.rules });
      },
    );
  });

  test('also one of a custom kind that is called like a built-in one', async () => {
    await withApiServer(
      ({ body }, response) => json(response, JSON.parse(body)),
      async ({ open, calls }) => {
        const service = {
          ...{ apiVersion: 'serving.knative.dev/v1', kind: 'Service', metadata: { name: 'shop' } },
          spec: { template: { spec: { containers: [{ image: 'shop:1' }] } } },
        };
        await (await open()).apply(object(service), { dryRun: true });
        expect(JSON.parse(calls[0]?.body ?? '')).toMatchObject({ spec: service.spec });
        expect(calls[0]?.query.get('dryRun')).toBe('All');
      },
    );
  });

  test('without a namespace where its kind has none', async () => {
    await withApiServer(
      ({ body }, response) => json(response, JSON.parse(body)),
      async ({ open, calls }) => {
        await (await open()).apply(object({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'x' } }));
        expect(JSON.parse(calls[0]?.body ?? '').metadata).toEqual({ name: 'x' });
      },
    );
  });
});

describe('a request is repeated', () => {
  test('with a token that was exchanged meanwhile', async () => {
    const file = { path: '' };
    await withApiServer(
      ({ token }, response) => {
        writeFileSync(file.path, 'second\n');
        if (token === 'second') json(response, { kind: 'ConfigMap' });
        else json(response, statusObject(401, 'Unauthorized'), 401);
      },
      async ({ open, calls, folder }) => {
        file.path = join(folder, 'token');
        writeFileSync(file.path, 'first\n');
        const cluster = await open({ user: { tokenFile: 'token' } });
        expect(await cluster.read(CONFIG_MAP)).toEqual({ kind: 'ConfigMap' });
        expect(calls.map(({ token }) => token)).toEqual(['first', 'second']);
      },
    );
  });

  test('when the server is busy, not well, or cuts the connection, and that is told', async () => {
    let count = 0;
    const notes: string[] = [];
    await withApiServer(
      (_call, response, request) => {
        count += 1;
        if (count === 1) json(response, statusObject(429, 'too many'), 429, { 'Retry-After': '1' });
        else if (count === 2) request.socket.destroy();
        else if (count === 3) json(response, statusObject(503, 'starting'), 503);
        else json(response, { kind: 'ConfigMap' });
      },
      async ({ open, port }) => {
        const cluster = await open({ note: (text) => notes.push(text) });
        const start = Date.now();
        expect(await cluster.read(CONFIG_MAP)).toEqual({ kind: 'ConfigMap' });
        expect(Date.now() - start).toBeGreaterThan(1000);
        expect(notes).toEqual([
          expect.stringMatching(
            `^the Kubernetes API at http://127.0.0.1:${port} can't be reached: .*; trying again for up to`,
          ),
          'the Kubernetes API answers again',
        ]);
      },
    );
  });

  test('when a server that was away answers before it has read the Roles', async () => {
    let count = 0;
    await withApiServer(
      (_call, response, request) => {
        count += 1;
        if (count === 1) request.socket.destroy();
        else if (count === 2) json(response, statusObject(403, 'forbidden'), 403);
        else json(response, { kind: 'ConfigMap' });
      },
      async ({ open }) => expect(await (await open()).read(CONFIG_MAP)).toEqual({ kind: 'ConfigMap' }),
    );
  });

  test('only as long as the caller has patience', async () => {
    await withApiServer(
      (_call, response) => json(response, statusObject(503, 'starting'), 503),
      async ({ open }) => {
        const failure = await failureOf((await open({ patience: 300 })).read(CONFIG_MAP));
        expect(failure).toMatchObject({ exitCode: 89, status: 503 });
        expect(failure.message).toMatch(/ answers 503: starting$/);
      },
    );
  });

  test('not when the caller was interrupted', async () => {
    const reason = new Error('interrupted');
    await withApiServer(
      (_call, response) => json(response, statusObject(503, 'starting'), 503),
      async ({ open }) => {
        const stop = new AbortController();
        const cluster = await open({ signal: stop.signal });
        setTimeout(() => stop.abort(reason), 50);
        await expect(cluster.read(CONFIG_MAP)).rejects.toBe(reason);
      },
    );
  });
});

describe('a refusal', () => {
  test('names the right that is missing', async () => {
    const said =
      'jobs.batch "x" is forbidden: User "system:serviceaccount:ci:ci" cannot patch resource "jobs" in API group "batch" in the namespace "shop"';
    const failure = refusal(403, JSON.stringify(statusObject(403, said)));
    expect(failure.message).toBe('needs patch on jobs.batch in namespace shop');
    expect(failure.remedy).toBe('give "system:serviceaccount:ci:ci" this right by a Role and a RoleBinding');
    expect(failure.detail).toBe(`Kubernetes: ${said}`);
  });

  test('of admission is told in its own words', () => {
    const said = 'pods "x" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true';
    expect(refusal(403, JSON.stringify(statusObject(403, said)))).toMatchObject({
      exitCode: 87,
      message: said,
    });
  });

  test('never repeats what stands in a pod or a Secret', () => {
    const dump =
      'Job.batch "x" is invalid: spec.template: Invalid value: core.PodTemplateSpec{Env:[]core.EnvVar{Value:"hunter2: x"}}: field is immutable';
    expect(refusal(422, JSON.stringify(statusObject(422, dump))).message).toBe(
      'Job.batch "x" is invalid: spec.template: field is immutable',
    );
    const typed =
      'failed to create typed patch object (shop/x; /v1, Kind=Secret): .stringData.a: expected string, got &value.valueUnstructured{Value:12345}';
    const failure = refusal(500, JSON.stringify(statusObject(500, typed)));
    expect(failure.exitCode).toBe(87);
    expect(failure.message).not.toContain('12345');
  });

  test('of a proxy is told without its page', () => {
    expect(refusal(404, '<html><body><h1>Not\n here</h1></body></html>').message).toBe('Not here');
  });
});

describe('a watch', () => {
  const found = (name: string, version: string) => ({ metadata: { name, resourceVersion: version } });
  const list = (version: string, ...items: object[]) => ({ metadata: { resourceVersion: version }, items });
  const line = (type: string, item: object) => `${JSON.stringify({ type, object: item })}\n`;

  async function take<T extends KubernetesObject>(changes: AsyncIterable<Change<T>>, count: number) {
    const taken: string[] = [];
    for await (const change of changes) {
      const objects = change.type === 'list' ? change.objects : [change.object];
      taken.push([change.type, ...objects.map(({ metadata }) => metadata?.name)].join(' '));
      if (taken.length === count) break;
    }
    return taken;
  }

  test('goes on where it broke, and lists anew when that is too old', async () => {
    const versions: (string | null)[] = [];
    await withApiServer(
      ({ query }, response) => {
        if (!query.has('watch'))
          return json(response, versions.length === 0 ? list('5', found('a', '1')) : list('9'));
        versions.push(query.get('resourceVersion'));
        if (versions.length === 1) {
          response.write(line('ADDED', found('b', '6')) + line('BOOKMARK', found('', '7')));
          return response.write('{"type":"MODI', () => response.destroy());
        }
        if (versions.length === 2)
          return response.end(line('ERROR', { kind: 'Status', code: 410, reason: 'Expired' }));
        return response.end(line('DELETED', found('b', '10')));
      },
      async ({ open }) => {
        const watch = (await open()).watch({ apiVersion: 'v1', kind: 'Pod' }, new AbortController().signal);
        expect(await take(watch, 4)).toEqual(['list a', 'set b', 'list', 'gone b']);
        expect(versions).toEqual(['5', '7', '9']);
      },
    );
  });

  test('ends with its signal, also in the middle of an outage', async () => {
    await withApiServer(
      (_call, _response, request) => void request.socket.destroy(),
      async ({ open }) => {
        const watch = (await open()).watch({ apiVersion: 'v1', kind: 'Pod' }, AbortSignal.timeout(100));
        expect(await take(watch, 1)).toEqual([]);
      },
    );
  });

  test('that may not be is refused', async () => {
    await withApiServer(
      (_call, response) => json(response, statusObject(403, 'no'), 403),
      async ({ open }) => {
        const watch = (await open()).watch({ apiVersion: 'v1', kind: 'Pod' }, new AbortController().signal);
        expect((await failureOf(take(watch, 1))).exitCode).toBe(87);
      },
    );
  });
});

test('a log gives whole lines only: half of one comes again when it is asked for anew', async () => {
  const time = '2026-01-02T03:04:05.678901234Z';
  await withApiServer(
    (_call, response) => {
      response.write(Buffer.from(`${time} Größe\n${time} \n${time} hal`));
      setTimeout(() => response.destroy(), 20);
    },
    async ({ open, calls }) => {
      const lines = [];
      const request = { namespace: 'shop', pod: 'p', container: 'migrate', follow: true, sinceTime: time };
      for await (const line of (await open()).logs(request, new AbortController().signal)) lines.push(line);
      expect(lines).toEqual([
        { time, text: 'Größe' },
        { time, text: '' },
      ]);
      expect(calls[0]?.path).toBe('/api/v1/namespaces/shop/pods/p/log');
      expect(calls[0]?.query.toString()).toBe(
        `container=migrate&sinceTime=${encodeURIComponent(time)}&follow=true&timestamps=true`,
      );
    },
  );
});

test('what the kubelet says in place of a log that is gone is no line of it', async () => {
  const gone = 'unable to retrieve container logs for containerd://a5aa9e9d';
  await withApiServer(
    (_call, response) => void response.end(`2026-01-02T03:04:05Z last\n${gone}`),
    async ({ open }) => {
      const lines = [];
      const request = { namespace: 'shop', pod: 'p', container: 'migrate', follow: true };
      for await (const line of (await open()).logs(request, new AbortController().signal)) lines.push(line);
      expect(lines).toEqual([{ time: '2026-01-02T03:04:05Z', text: 'last' }]);
    },
  );
});
