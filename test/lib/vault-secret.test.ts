import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { DatabaseCredentials, DatabasePeer, VaultSecret, VaultServer } from '../../lib';
import { containersOf, envOf, only, problemsOf } from '../support/synth';
import { annotation, annotationsOf, synthVault, templateOf, VAULT_LOGIN } from '../support/synth-vault';
import { renderedFiles } from '../support/vault-injector';

describe('what is fetched', () => {
  const files = (secret: VaultSecret) => renderedFiles(annotationsOf(synthVault({ secret })));

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
    const objects = synthVault({ secret, host: undefined });
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
    const objects = synthVault({ secret, host: undefined, database: undefined });
    const [container] = containersOf(only(objects, 'Job'));
    expect(envOf(container)).toMatchObject({ DATABASE_URL_FILE: '/vault/secrets/database-url' });
    expect(annotation(objects, 'agent-inject-secret-database-url')).toBe('secret/data/orders/db');
  });

  test('by a template of one’s own; each file is readable for our group, and no field may be missing', () => {
    const template = '{{ with secret "x/y" }}postgresql://{{ .Data.all }}{{ end }}';
    const secret = VaultSecret.of([{ variable: 'DATABASE_URL', path: 'x/y', template }]);
    const objects = synthVault({ secret, host: undefined, database: undefined });
    expect(renderedFiles(annotationsOf(objects))).toEqual({ '/vault/secrets/database-url': template });
    expect(annotation(objects, 'agent-inject-perms-database-url')).toBe('0440');
    expect(annotation(objects, 'error-on-missing-key-database-url')).toBe('true');
  });
});

describe('where Vault is', () => {
  test('the policy opens the way to the servers of the official chart', () => {
    expect(JSON.stringify(only(synthVault(), 'NetworkPolicy').spec)).toContain(
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
    const objects = synthVault({
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
    const objects = synthVault({
      agentResources: { cpu: { request: Cpu.millis(10) }, memory: { limit: Size.mebibytes(96) } },
    });
    expect(annotation(objects, 'agent-requests-cpu')).toBe('10m');
    expect(annotation(objects, 'agent-limits-cpu')).toBe('');
    expect(annotation(objects, 'agent-limits-mem')).toBe('96Mi');
    expect(annotation(objects, 'agent-requests-ephemeral')).toBe('64Mi');
  });

  test('the account may get no Secret', () => {
    expect(only(synthVault(), 'Role').rules ?? []).toEqual([]);
  });
});

describe('refusals', () => {
  const subjects = (lines: string[]) => lines.map((line) => line.split(':')[0]);

  test('of the options, all at once', () => {
    const problems = problemsOf(() =>
      DatabaseCredentials.fromVaultAgent({
        ...VAULT_LOGIN,
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
    expect(problemsOf(() => DatabaseCredentials.fromVaultAgent({ ...VAULT_LOGIN, secret }))).toEqual([
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
