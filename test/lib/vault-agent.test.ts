import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import {
  DatabaseCredentials,
  DatabaseMigration,
  DatabasePeer,
  DatabaseRollback,
  MigrationJob,
  type VaultAgentOptions,
  VaultSecret,
  VaultServer,
} from '../../lib';
import { schemaProblems } from '../support/kubernetes-schema';
import { podBoundsProblems } from '../support/pod-bounds';
import {
  containersOf,
  envOf,
  type JobSpec,
  jobSpec,
  type KubeObject,
  minimalEndpoint,
  minimalJobProps,
  only,
  type PodSpec,
  problemsOf,
  synthChart,
} from '../support/synth';
import { podSecurityProblems } from '../support/synth-pod-security';
import { injectVaultAgent, renderedFiles } from '../support/vault-injector';

const login: VaultAgentOptions = {
  role: 'db-migration',
  secret: VaultSecret.databaseRole('app-migrate'),
  host: 'db.internal',
  database: 'orders',
};

function migrate(options: Partial<VaultAgentOptions> = {}): KubeObject[] {
  const credentials = DatabaseCredentials.fromVaultAgent({ ...login, ...options });
  return synthChart(
    (chart) =>
      new DatabaseMigration(chart, 'Db', { ...minimalJobProps(), credentials, endpoint: minimalEndpoint() }),
  );
}
const templateOf = (objects: readonly KubeObject[]): JobSpec['template'] =>
  jobSpec(only(objects, 'Job')).template;
const annotationsOf = (objects: readonly KubeObject[]) => templateOf(objects).metadata.annotations ?? {};
const annotation = (objects: readonly KubeObject[], name: string) =>
  annotationsOf(objects)[`vault.hashicorp.com/${name}`];

/** The Job with its pod as the injector leaves it. */
function injected(
  objects: readonly KubeObject[],
  change: (pod: PodSpec) => PodSpec = (pod) => pod,
): KubeObject {
  const job = structuredClone(only(objects, 'Job'));
  const template = jobSpec(job).template as { spec: PodSpec; metadata: JobSpec['template']['metadata'] };
  template.spec = injectVaultAgent(change(template.spec), template.metadata.annotations ?? {});
  return job;
}

describe('the pod, as the injector leaves it', () => {
  const job = injected(migrate({ tlsSecret: 'vault-ca' }));
  const pod = jobSpec(job).template.spec;
  const [agent, preflight] = pod.initContainers ?? [];

  test('is valid, and passes the restricted profile', () => {
    expect(schemaProblems(job)).toEqual([]);
    expect(podSecurityProblems(pod)).toEqual([]);
  });

  test('has bounds for a quota; only the two volumes in memory, which the injector makes, have none', () => {
    expect(podBoundsProblems(pod)).toEqual([
      'the emptyDir home-init has no sizeLimit',
      'the emptyDir vault-secrets has no sizeLimit',
    ]);
  });

  test('the agent comes first, ends, and is none of our user; nothing runs beside migrate', () => {
    expect(pod.initContainers?.map(({ name }) => name)).toEqual(['vault-agent-init', 'pre-flight-check']);
    expect(pod.containers.map(({ name }) => name)).toEqual(['migrate']);
    expect(agent?.securityContext).toMatchObject({ runAsUser: 100, runAsGroup: 1000, runAsNonRoot: true });
    expect(agent?.terminationMessagePolicy).toBe('FallbackToLogsOnError');
    expect(agent?.resources).toEqual({
      requests: { cpu: '50m', memory: '64Mi', 'ephemeral-storage': '64Mi' },
      limits: { cpu: '500m', memory: '128Mi', 'ephemeral-storage': '256Mi' },
    });
  });

  test('each file that the runner reads is one that the agent writes', () => {
    const files = renderedFiles(jobSpec(job).template.metadata.annotations ?? {});
    for (const container of [preflight, ...pod.containers]) {
      const read = Object.entries(envOf(container)).filter(([name]) => name.endsWith('_FILE'));
      expect(read).toEqual([
        ['PGUSER_FILE', '/vault/secrets/pguser'],
        ['PGPASSWORD_FILE', '/vault/secrets/pgpassword'],
      ]);
      for (const [, path] of read) expect(files).toHaveProperty([path ?? '']);
      expect(container?.volumeMounts).toContainEqual({ name: 'vault-secrets', mountPath: '/vault/secrets' });
    }
  });

  test('only the agent mounts the token, which only Vault accepts', () => {
    const mounting = [...(pod.initContainers ?? []), ...pod.containers].filter(({ volumeMounts = [] }) =>
      volumeMounts.some(({ name }) => name === 'vault-token'),
    );
    expect(mounting).toEqual([agent]);
    expect(pod.volumes?.find(({ name }) => name === 'vault-token')).toEqual({
      name: 'vault-token',
      projected: {
        defaultMode: 0o644,
        sources: [{ serviceAccountToken: { audience: 'vault', expirationSeconds: 600, path: 'token' } }],
      },
    });
    expect(pod.automountServiceAccountToken).toBe(false);
  });
});

describe('what the injector refuses, and what would break without our annotations', () => {
  const objects = migrate();
  const without = (...names: string[]) => {
    const annotations = { ...annotationsOf(objects) };
    for (const name of names) delete annotations[`vault.hashicorp.com/${name}`];
    return injectVaultAgent(templateOf(objects).spec, annotations);
  };

  test('a pod without the volume, with another kind of it, or without its name', () => {
    const volumes = (change: (volume: { name: string }) => { name: string }[]) => () =>
      injected(objects, (pod) => ({
        ...pod,
        volumes: (pod.volumes ?? []).flatMap(change) as PodSpec['volumes'],
      }));
    expect(volumes((volume) => (volume.name === 'vault-token' ? [] : [volume]))).toThrow(
      'failed to find service account volume "vault-token"',
    );
    expect(
      volumes((volume) => [volume.name === 'vault-token' ? { ...volume, projected: undefined } : volume]),
    ).toThrow('failed to find tokenPath');
    expect(() => without('agent-service-account-token-volume-name')).toThrow(
      'failed to find service account volume mount',
    );
    expect(() => without('role')).toThrow('no Vault role found');
  });

  test('a token that a container of ours mounts is found, but then the runner has it', () => {
    const pod = templateOf(objects).spec;
    const mounting = pod.containers.map((container) => ({
      ...container,
      volumeMounts: [...(container.volumeMounts ?? []), { name: 'vault-token', mountPath: '/elsewhere' }],
    }));
    const [agent] =
      injectVaultAgent({ ...pod, containers: mounting }, annotationsOf(objects)).initContainers ?? [];
    expect(agent?.volumeMounts).toContainEqual({
      name: 'vault-token',
      mountPath: '/elsewhere',
      readOnly: true,
    });
  });

  test('the agent last, beside migrate, or outside the restricted profile', () => {
    expect(without('agent-init-first').initContainers?.[0]?.name).toBe('pre-flight-check');
    expect(without('agent-pre-populate-only').containers.map(({ name }) => name)).toContain('vault-agent');
    const names = ['agent-set-security-context', 'agent-init-json-patch'];
    expect(podSecurityProblems(without(...names)).join()).toContain('vault-agent-init');
    expect(podSecurityProblems(without('agent-run-as-user')).join()).toContain('vault-agent-init');
  });
});

describe('a login that Vault refuses', () => {
  test('ends the first pod of a migration, which is tried again', () => {
    const objects = migrate();
    expect(annotation(objects, 'agent-auto-auth-exit-on-err')).toBe('true');
    expect(annotation(objects, 'auth-max-backoff')).toBeUndefined();
  });

  test('is tried again by the agent itself where there is no second pod', () => {
    const credentials = DatabaseCredentials.fromVaultAgent(login);
    const props = { ...minimalJobProps(), credentials, endpoint: minimalEndpoint() };
    const rollback = synthChart((chart) => new DatabaseRollback(chart, 'Db', { ...props, target: 'empty' }));
    const once = synthChart((chart) => new MigrationJob(chart, 'Once', { ...props, backoffLimit: 0 }));
    for (const objects of [rollback, once]) {
      expect(annotation(objects, 'agent-auto-auth-exit-on-err')).toBeUndefined();
      expect(annotation(objects, 'auth-max-backoff')).toBe('15s');
    }
  });
});

describe('what is fetched', () => {
  const files = (secret: VaultSecret) => renderedFiles(annotationsOf(migrate({ secret })));

  test('a user of its own for each pod, or one whose password changes', () => {
    const path = 'database/creds/app-migrate';
    expect(files(VaultSecret.databaseRole('app-migrate'))).toEqual({
      '/vault/secrets/pguser': `{{ with secret "${path}" }}{{ .Data.username }}{{ end }}`,
      '/vault/secrets/pgpassword': `{{ with secret "${path}" }}{{ .Data.password }}{{ end }}`,
    });
    const rotated = files(VaultSecret.staticDatabaseRole('app', 'db/orders'));
    expect(rotated['/vault/secrets/pguser']).toContain('secret "db/orders/static-creds/app"');
  });

  test('fields of the key-value engine', () => {
    const secret = VaultSecret.keyValue({
      path: 'orders/db',
      passwordField: 'db-password',
      hostField: 'host',
    });
    const objects = migrate({ secret, host: undefined });
    expect(renderedFiles(annotationsOf(objects))).toEqual({
      '/vault/secrets/pghost': '{{ with secret "secret/data/orders/db" }}{{ .Data.data.host }}{{ end }}',
      '/vault/secrets/pguser': '{{ with secret "secret/data/orders/db" }}{{ .Data.data.username }}{{ end }}',
      '/vault/secrets/pgpassword':
        '{{ with secret "secret/data/orders/db" }}{{ index .Data.data "db-password" }}{{ end }}',
    });
    const first = VaultSecret.keyValue({ path: 'orders', mount: 'kv', isVersion1: true });
    expect(files(first)['/vault/secrets/pguser']).toBe(
      '{{ with secret "kv/orders" }}{{ .Data.username }}{{ end }}',
    );
  });

  test('a whole URL', () => {
    const secret = VaultSecret.keyValue({ path: 'orders/db', urlField: 'url' });
    const objects = migrate({ secret, host: undefined, database: undefined });
    const [container] = containersOf(only(objects, 'Job'));
    expect(envOf(container)).toMatchObject({ DATABASE_URL_FILE: '/vault/secrets/database-url' });
    expect(annotation(objects, 'agent-inject-secret-database-url')).toBe('secret/data/orders/db');
  });

  test('by a template of one’s own; each file is readable for our group, and no field may be missing', () => {
    const template = '{{ with secret "x/y" }}postgresql://{{ .Data.all }}{{ end }}';
    const secret = VaultSecret.of([{ variable: 'DATABASE_URL', path: 'x/y', template }]);
    const objects = migrate({ secret, host: undefined, database: undefined });
    expect(renderedFiles(annotationsOf(objects))).toEqual({ '/vault/secrets/database-url': template });
    expect(annotation(objects, 'agent-inject-perms-database-url')).toBe('0440');
    expect(annotation(objects, 'error-on-missing-key-database-url')).toBe('true');
  });
});

describe('where Vault is', () => {
  test('the policy opens the way to the servers of the official chart', () => {
    expect(JSON.stringify(only(migrate(), 'NetworkPolicy').spec)).toContain(
      JSON.stringify({
        ports: [{ port: 8200, protocol: 'TCP' }],
        to: [
          {
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'vault' } },
            podSelector: { matchLabels: { 'app.kubernetes.io/name': 'vault', component: 'server' } },
          },
        ],
      }).slice(1, -1),
    );
  });

  test('or to another place, which the agent is told', () => {
    const peers = [DatabasePeer.ipBlock('10.9.0.0/24')];
    const server = VaultServer.at({ peers, port: 443, address: 'https://vault.example.com' });
    const objects = migrate({
      server,
      authPath: 'auth/cluster-1',
      vaultNamespace: 'team',
      tlsSecret: 'vault-ca',
      caKey: 'root.pem',
      audience: 'https://vault.example.com',
    });
    expect(JSON.stringify(only(objects, 'NetworkPolicy').spec)).toMatch(/"port":443.*"10\.9\.0\.0\/24"/);
    expect(annotationsOf(objects)).toMatchObject({
      'vault.hashicorp.com/service': 'https://vault.example.com',
      'vault.hashicorp.com/auth-path': 'auth/cluster-1',
      'vault.hashicorp.com/namespace': 'team',
      'vault.hashicorp.com/tls-secret': 'vault-ca',
      'vault.hashicorp.com/ca-cert': '/vault/tls/root.pem',
    });
    expect(JSON.stringify(templateOf(objects).spec.volumes)).toContain(
      '"audience":"https://vault.example.com"',
    );
    expect(VaultServer.officialChart({ namespace: 'sec', podName: 'openbao' }).peers).toHaveLength(1);
  });

  test('resources of the agent; what is left out there, the injector must not add', () => {
    const objects = migrate({
      agentResources: { cpu: { request: Cpu.millis(10) }, memory: { limit: Size.mebibytes(96) } },
    });
    expect(annotation(objects, 'agent-requests-cpu')).toBe('10m');
    expect(annotation(objects, 'agent-limits-cpu')).toBe('');
    expect(annotation(objects, 'agent-limits-mem')).toBe('96Mi');
    expect(annotation(objects, 'agent-requests-ephemeral')).toBe('64Mi');
  });

  test('the account may get no Secret', () => {
    expect(only(migrate(), 'Role').rules ?? []).toEqual([]);
  });
});

describe('refusals', () => {
  const subjects = (lines: string[]) => lines.map((line) => line.split(':')[0]);

  test('of the options, all at once', () => {
    const problems = problemsOf(() =>
      DatabaseCredentials.fromVaultAgent({
        ...login,
        role: ' ',
        audience: '',
        vaultNamespace: 'a b',
        authPath: 'kubernetes',
        caKey: 'ca.crt',
        user: 'u',
      }),
    );
    expect(subjects(problems)).toEqual(['role', 'audience', 'vaultNamespace', 'authPath', 'caKey', 'user']);
    expect(problems[5]).toBe('user: user is given, and Vault has it too; leave one of them out');
  });

  test('a part beside a whole URL', () => {
    const secret = VaultSecret.of([
      { variable: 'DATABASE_URL', path: 'a/b', template: '{{ with }}' },
      { variable: 'PGUSER', path: 'a/b', template: '{{ with }}' },
    ]);
    expect(problemsOf(() => DatabaseCredentials.fromVaultAgent({ ...login, secret }))).toEqual([
      'host: "db.internal" stands beside a whole URL; leave one of them out',
      'database: "orders" stands beside a whole URL; leave one of them out',
      'secret: PGUSER stands beside a whole URL; leave one of them out',
    ]);
  });

  test('of secrets and servers', () => {
    expect(subjects(problemsOf(() => VaultSecret.databaseRole('/x')))).toEqual(['role']);
    expect(
      subjects(problemsOf(() => VaultSecret.keyValue({ path: 'a b', userField: 'a"b', passwordField: '' }))),
    ).toEqual(['path', 'userField', 'passwordField']);
    expect(
      subjects(problemsOf(() => VaultSecret.keyValue({ path: 'a', urlField: 'u', userField: 'x' }))),
    ).toEqual(['userField']);
    const one = { variable: 'PGUSER', path: 'a/b', template: 'plain' };
    expect(subjects(problemsOf(() => VaultSecret.of([one, one, { ...one, variable: 'HOME' }])))).toEqual([
      'template',
      'variable',
      'template',
      'variable',
    ]);
    expect(subjects(problemsOf(() => VaultSecret.of([])))).toEqual(['templates']);
    expect(subjects(problemsOf(() => VaultServer.at({ peers: [], port: 0, address: 'vault:8200' })))).toEqual(
      ['peers', 'port', 'address'],
    );
  });
});
