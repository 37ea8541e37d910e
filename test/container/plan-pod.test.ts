import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createArguments } from './support/create-arguments';
import { writeVolume } from './support/kubelet-volume';
import { planPod } from './support/plan-pod';
import type { Cluster, PodPlan } from './support/pod-plan';
import { quantity } from './support/quantity';

const CLUSTER: Cluster = {
  configMaps: { settings: { MODE: 'quick', 'a.sql': 'select 1' } },
  secrets: { login: { PGPASSWORD: 'hidden', ca: 'PEM' } },
  provided: { vault: { token: 'jwt' }, bucket: { 'file.txt': 'from a driver' } },
};

interface Given {
  readonly pod?: object;
  readonly container?: object;
}

function plan({ pod = {}, container = {} }: Given, cluster = CLUSTER): PodPlan {
  return planPod({ containers: [{ name: 'main', image: 'i:1', ...container }], ...pod }, cluster);
}

function created(given: Given): string[] {
  const made = plan(given);
  const [container] = made.containers;
  if (!container) throw new Error('no container');
  const place = {
    name: 'n',
    network: 'host',
    volumes: { settings: '/volume' },
    terminationFile: '/log',
  } as const;
  return createArguments(container, made, 'podman', place);
}

describe('what the test does not know stops it', () => {
  test.each<[string, Given]>([
    ['spec.hostPID = true', { pod: { hostPID: true } }],
    ['spec.restartPolicy = "Always"', { pod: { restartPolicy: 'Always' } }],
    ['spec.automountServiceAccountToken = true', { pod: { automountServiceAccountToken: true } }],
    ['spec.securityContext.sysctls', { pod: { securityContext: { sysctls: [] } } }],
    ['spec.volumes[0].hostPath', { pod: { volumes: [{ name: 'v', emptyDir: {}, hostPath: {} }] } }],
    ['spec.containers[0].startupProbe', { container: { startupProbe: {} } }],
    ['spec.containers[0].lifecycle', { container: { lifecycle: {} } }],
    [
      'spec.containers[0].securityContext.privileged',
      { container: { securityContext: { privileged: true } } },
    ],
    ['.capabilities.keep', { container: { securityContext: { capabilities: { keep: [] } } } }],
    ['.resources.limits.gpu', { container: { resources: { limits: { gpu: '1' } } } }],
    [
      'fieldRef status.hostIP',
      { container: { env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'status.hostIP' } } }] } },
    ],
    [
      '.volumeMounts[0].subPath',
      { container: { volumeMounts: [{ name: 'v', mountPath: '/v', subPath: 'x' }] } },
    ],
  ])('%s', (field, given) => {
    expect(() => plan(given)).toThrow(field);
  });
});

describe('what kubelet refuses is refused', () => {
  const from = (valueFrom: object) => ({ container: { env: [{ name: 'A', valueFrom }] } });
  test.each<[string, Given, RegExp]>([
    [
      'a key that a Secret has not',
      from({ secretKeyRef: { name: 'login', key: 'x' } }),
      /login has no key x/,
    ],
    ['a Secret that is not there', from({ secretKeyRef: { name: 'x', key: 'y' } }), /x has no key y/],
    ['a volume of it', { pod: { volumes: [{ name: 'v', secret: { secretName: 'x' } }] } }, /x is not there/],
    [
      'root, where runAsNonRoot',
      { pod: { securityContext: { runAsNonRoot: true, runAsUser: 0 } } },
      /runAsNonRoot/,
    ],
  ])('%s', (_name, given, message) => {
    expect(() => plan(given)).toThrow(message);
  });

  test('unless it is optional', () => {
    const key = { name: 'login', key: 'x', optional: true };
    expect(plan(from({ secretKeyRef: key })).containers[0]?.secretEnv).toEqual({});
  });
});

test('a manifest that demands nothing gets what Kubernetes gives: no hardening at all', () => {
  expect(created({})).toEqual([
    ...['create', '--name', 'n', '--pull=never', '--network', 'host', '--stop-timeout', '30'],
    ...['--pids-limit', '100', '--security-opt', 'seccomp=unconfined'],
    ...['--mount', 'type=bind,source=/log,destination=/dev/termination-log', 'i:1'],
  ]);
});

test('the container has its own identity, or that of the pod', () => {
  const pod = {
    securityContext: { runAsUser: 1000, runAsGroup: 1000, fsGroup: 2000, supplementalGroups: [3000] },
  };
  expect(created({ pod }).join(' ')).toContain('--user 1000:1000 --group-add 3000 --group-add 2000');
  const container = { securityContext: { runAsUser: 7 } };
  expect(created({ pod, container }).join(' ')).toContain('--user 7:1000');
});

test('values of Secrets are in no argument', () => {
  const container = {
    envFrom: [{ secretRef: { name: 'login' }, prefix: 'X_' }, { configMapRef: { name: 'settings' } }],
    env: [
      { name: 'PGPASSWORD', valueFrom: { secretKeyRef: { name: 'login', key: 'PGPASSWORD' } } },
      { name: 'MODE', value: 'careful' },
    ],
  };
  const args = created({ container }).join(' ');
  expect(args).toContain('--env MODE=careful');
  expect(args).toContain('--env X_PGPASSWORD --env X_ca --env PGPASSWORD');
  expect(args).not.toMatch(/hidden|PEM|quick/);
});

test('volumes of every kind', () => {
  const projected = {
    defaultMode: 0o440,
    sources: [
      { secret: { name: 'login', items: [{ key: 'ca', path: 'ca/root.pem' }] } },
      { serviceAccountToken: { path: 'token', audience: 'vault', expirationSeconds: 600 } },
    ],
  };
  const { volumes } = plan({
    pod: {
      volumes: [
        { name: 'tmp', emptyDir: { sizeLimit: '64Mi' } },
        { name: 'settings', configMap: { name: 'settings', items: [{ key: 'a.sql', path: 'deep/a.sql' }] } },
        { name: 'vault', projected },
        { name: 'bucket', csi: { driver: 'files.example.com', readOnly: true } },
      ],
    },
  });
  expect(volumes).toEqual({
    tmp: { kind: 'memory', bytes: 64 * 1024 ** 2 },
    settings: { kind: 'files', files: [{ path: 'deep/a.sql', content: 'select 1', mode: 0o644 }] },
    vault: {
      kind: 'files',
      files: [
        { path: 'ca/root.pem', content: 'PEM', mode: 0o440 },
        { path: 'token', content: 'jwt', mode: 0o440 },
      ],
    },
    bucket: { kind: 'files', files: [{ path: 'file.txt', content: 'from a driver', mode: 0o644 }] },
  });
});

test('an init container that always restarts is a sidecar', () => {
  const proxy = { name: 'proxy', image: 'p:1', restartPolicy: 'Always' };
  const { containers } = plan({ pod: { initContainers: [proxy, { name: 'b', image: 'i' }] } });
  expect(containers.map(({ name, kind }) => [name, kind])).toEqual([
    ['proxy', 'sidecar'],
    ['b', 'init'],
    ['main', 'main'],
  ]);
});

test('files are written as kubelet writes them: through links, for the group to read', () => {
  const parent = mkdtempSync(join(tmpdir(), 'drizzle-gate-volume-'));
  try {
    const files = [
      { path: 'a.sql', content: 'one', mode: 0o600 },
      { path: 'deep/er/b.sql', content: 'two', mode: 0o644 },
    ];
    const root = writeVolume(parent, files, 1000);
    expect(readdirSync(root).sort()).toEqual(['..2026_01_02_03_04_05.678', '..data', 'a.sql', 'deep']);
    expect(['..data', 'a.sql', 'deep'].map((name) => readlinkSync(join(root, name)))).toEqual([
      ...['..2026_01_02_03_04_05.678', '..data/a.sql', '..data/deep'],
    ]);
    expect(readFileSync(join(root, 'deep/er/b.sql'), 'utf8')).toBe('two');
    const of = (path: string) => [statSync(join(root, path)).gid, statSync(join(root, path)).mode & 0o7777];
    expect([of('a.sql'), of('deep/er/b.sql')]).toEqual([
      [1000, 0o640],
      [1000, 0o644],
    ]);
    expect(lstatSync(join(root, 'deep')).isSymbolicLink()).toBe(true);
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
});

test('quantities', () => {
  expect(['500m', '2', '256Mi', '1.5Gi', '100k'].map(quantity)).toEqual([
    ...[0.5, 2, 268_435_456, 1_610_612_736, 100_000],
  ]);
  expect(() => quantity('many')).toThrow('"many" is no quantity');
});
