import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { environmentProxy } from '../../cli/src/cluster/client/environment-proxy';
import { readKubeconfig } from '../../cli/src/cluster/client/kubeconfig';
import { selectContext } from '../../cli/src/cluster/client/select-context';
import { GateError } from '../../runner/src/errors/gate-error';
import { withFolder } from './support';

const config = (name: string, more: object = {}) => ({
  'current-context': name,
  clusters: [{ name, cluster: { server: `https://${name}.example:6443/` } }],
  users: [{ name, user: { token: `token-of-${name}` } }],
  contexts: [{ name, context: { cluster: name, user: name, namespace: `ns-${name}` } }],
  ...more,
});

function refusalOf(act: () => unknown): GateError {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(GateError);
    return error as GateError;
  }
  throw new Error('nothing was refused');
}

/** Reads these files, joined as kubectl joins them; one that is undefined does not exist. */
function readAll(...files: (object | string | undefined)[]) {
  return withFolder((folder) => {
    const paths = files.map((file, index) => {
      const path = join(folder, `config-${index}`);
      if (file !== undefined) writeFileSync(path, typeof file === 'string' ? file : JSON.stringify(file));
      return path;
    });
    return { ...readKubeconfig({ KUBECONFIG: paths.join(delimiter) }), folder };
  });
}

describe('the kubeconfig', () => {
  test('that is built otherwise is refused with every place, and without what stands there', async () => {
    const file = {
      ...{ clusters: 5, users: [{ name: 'one', user: 'secret' }, null] },
      contexts: [{ name: 'one', context: null }],
    };
    const { exitCode, detail } = await withFolder((folder) => {
      const path = join(folder, 'config');
      writeFileSync(path, JSON.stringify(file));
      return refusalOf(() => readKubeconfig({ KUBECONFIG: path }));
    });
    expect(exitCode).toBe(78);
    for (const part of [
      'clusters is no list',
      'entry 1 of users needs name and user',
      'entry 2 of users needs name and user',
      'entry 1 of contexts needs name and context',
    ]) {
      expect(detail).toContain(part);
    }
    expect(detail).not.toContain('secret');
  });

  test('is all files of KUBECONFIG: the first to say something counts, one that is missing does not matter', async () => {
    const second = {
      ...config('two'),
      users: [...config('two').users, { name: 'one', user: { token: 'other' } }],
    };
    const merged = await readAll(undefined, config('one'), second);
    expect(merged['current-context']).toBe('one');
    expect(merged.contexts.map(({ name }) => name)).toEqual(['one', 'two']);
    expect(merged.users).toEqual([
      { name: 'one', user: { token: 'token-of-one' } },
      { name: 'two', user: { token: 'token-of-two' } },
    ]);
  });

  test('else that of the home folder', async () => {
    await withFolder((home) => {
      mkdirSync(join(home, '.kube'));
      writeFileSync(join(home, '.kube', 'config'), JSON.stringify(config('home')));
      expect(readKubeconfig({ HOME: home, KUBECONFIG: '' })['current-context']).toBe('home');
    });
  });

  test('names files from its own folder, and a plugin with a slash too', async () => {
    const exec = { command: './login', apiVersion: 'client.authentication.k8s.io/v1' };
    const { folder, users, clusters } = await readAll(
      config('one', {
        clusters: [{ name: 'one', cluster: { server: 'https://x', 'certificate-authority': 'pki/ca.crt' } }],
        users: [
          { name: 'one', user: { tokenFile: 'token', 'client-key': '/etc/key' } },
          { name: 'two', user: { exec } },
          { name: 'three', user: { exec: { ...exec, command: 'aws' } } },
        ],
      }),
    );
    expect(clusters[0]?.cluster['certificate-authority']).toBe(join(folder, 'pki/ca.crt'));
    expect(users[0]?.user).toEqual({ tokenFile: join(folder, 'token'), 'client-key': '/etc/key' });
    expect(users.slice(1).map(({ user }) => user.exec?.command)).toEqual([join(folder, 'login'), 'aws']);
  });

  test('that is not there, or none, is told with its path, and never with what is in it', async () => {
    const missing = refusalOf(() => readKubeconfig({ KUBECONFIG: '/nowhere/config' }));
    expect([missing.exitCode, missing.message]).toEqual([
      78,
      'no kubeconfig: /nowhere/config does not exist',
    ]);
    for (const text of ['users: [ {token: s3cr3t-t0ken', '- s3cr3t-t0ken', 's3cr3t-t0ken']) {
      const error = await readAll(text).then(
        () => undefined,
        (reason: GateError) => reason,
      );
      expect(error).toMatchObject({ exitCode: 78, message: expect.stringMatching(/config-0/) });
      expect(`${error?.message} ${error?.detail} ${error?.remedy}`).not.toContain('s3cr3t');
    }
  });
});

describe('the context', () => {
  const both = { ...config('one'), contexts: [...config('one').contexts, ...config('two').contexts] };

  test('is the current one, or the one that is asked for', () => {
    const all = { ...both, clusters: [...both.clusters, ...config('two').clusters] };
    const users = [...both.users, ...config('two').users];
    const select = (wanted?: string) => selectContext({ ...all, users }, wanted, {});
    expect(select()).toMatchObject({ name: 'one', server: 'https://one.example:6443', namespace: 'ns-one' });
    const two = select('two');
    expect(two).toMatchObject({ name: 'two', server: 'https://two.example:6443', namespace: 'ns-two' });
    expect(two.kubeconfig.users).toEqual([{ name: 'user', user: { token: 'token-of-two' } }]);
  });

  test.each<[string, object, string | undefined, RegExp]>([
    ['an unknown one', both, 'ome', /no context "ome".*one/],
    ['none at all', { ...both, 'current-context': '' }, undefined, /no current context/],
    ['one without its cluster', both, 'two', /names the cluster "two", which it does not have/],
    [
      'one without its user',
      { ...both, users: [] },
      undefined,
      /names the user "one", which it does not have/,
    ],
    [
      'a server that is no URL',
      { ...both, clusters: [{ name: 'one', cluster: { server: 'localhost:6443' } }] },
      undefined,
      /not an http or https URL/,
    ],
  ])('%s is refused', (_what, kubeconfig, wanted, words) => {
    const error = refusalOf(() => selectContext(kubeconfig as typeof both, wanted, {}));
    expect(error.exitCode).toBe(78);
    expect(error.message).toMatch(words);
  });

  test('a token file counts more than a token, and an impersonation has all its parts', () => {
    const user = {
      ...{ token: 'old', tokenFile: '/run/token', as: 'ci', 'as-groups': ['deployers'], 'as-uid': '7' },
      'as-user-extra': { 'example.org/scope': ['a'] },
    };
    const { tokenFile, headers, kubeconfig } = selectContext(
      config('one', { users: [{ name: 'one', user }] }),
      undefined,
      {},
    );
    expect(tokenFile).toBe('/run/token');
    expect(kubeconfig.users[0]?.user).not.toHaveProperty('token');
    expect(headers).toEqual({
      ...{ 'Impersonate-Uid': '7', 'Impersonate-Group': ['deployers'] },
      'Impersonate-Extra-example.org%2Fscope': ['a'],
    });
  });
});

describe('the proxy of the environment', () => {
  test.each([
    ['https://api.example:6443', '', 'http://proxy:3128'],
    ['https://api.example:6443', 'example', undefined],
    ['https://api.example:6443', '.other, api.example:6443', undefined],
    ['https://api.example:6443', 'api.example:443', 'http://proxy:3128'],
    ['https://10.1.2.3:6443', '10.0.0.0/8', undefined],
    ['https://11.1.2.3:6443', '10.0.0.0/8', 'http://proxy:3128'],
    ['https://[fd00::1]:6443', 'fd00::/8', undefined],
    ['https://127.0.0.1:6443', '', undefined],
    ['http://api.example', '', undefined],
  ])('for %s without %p is %p', (server, exceptions, proxy) => {
    expect(environmentProxy(server, { HTTPS_PROXY: 'proxy:3128', NO_PROXY: exceptions })).toBe(proxy);
  });
});
