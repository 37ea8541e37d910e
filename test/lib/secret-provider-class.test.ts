import { parse } from 'yaml';
import {
  AwsObjectType,
  DatabaseCredentials,
  SecretProviderClass,
  type SecretsStoreCsiOptions,
} from '../../lib';
import { type KubeObject, only, problemsOf } from '../support/synth';
import { loginFiles, synthMigration } from '../support/synth-migration';

const FOLDER = '/var/run/drizzle-gate/credentials';
const existing = { providerClass: SecretProviderClass.fromName('db-login'), host: 'db', database: 'orders' };
const UUID = '11111111-2222-3333-4444-555555555555';
const login = [
  { field: 'username', file: 'PGUSER' },
  { field: 'password', file: 'PGPASSWORD' },
];

function migrate(options: SecretsStoreCsiOptions): KubeObject[] {
  const credentials = DatabaseCredentials.fromSecretsStoreCsi(options);
  return synthMigration({ credentials });
}
interface ClassSpec {
  readonly provider: string;
  readonly parameters: Record<string, string>;
}
function classOf(providerClass: SecretProviderClass): ClassSpec & { objects: unknown } {
  const objects = migrate({ ...existing, providerClass });
  const kinds = objects.map(({ kind }) => kind);
  expect(kinds.indexOf('SecretProviderClass')).toBeLessThan(kinds.indexOf('Job'));
  const spec = only(objects, 'SecretProviderClass').spec as ClassSpec;
  const { objects: list = '', secrets = list } = spec.parameters;
  return { ...spec, objects: parse(secrets) };
}

describe('a class made here', () => {
  test('AWS: fields of a JSON secret', () => {
    const fields = [
      { field: 'username', file: 'PGUSER' },
      { field: 'pass-word', file: 'PGPASSWORD', mode: '0444' },
      { field: 'port', file: 'PGPORT' },
    ];
    const { provider, parameters, objects } = classOf(
      SecretProviderClass.aws({
        name: 'db-login',
        region: 'eu-north-1',
        failoverRegion: 'eu-west-1',
        usePodIdentity: true,
        secrets: [
          { name: 'prod/db', fields },
          {
            name: '/prod/extra',
            type: AwsObjectType.PARAMETER_STORE,
            whole: { file: 'EXTRA', mode: '0644' },
          },
        ],
      }),
    );
    expect(provider).toBe('aws');
    expect(parameters).toMatchObject({
      region: 'eu-north-1',
      failoverRegion: 'eu-west-1',
      usePodIdentity: 'true',
    });
    expect(objects).toEqual([
      {
        objectName: 'prod/db',
        objectType: 'secretsmanager',
        jmesPath: [
          { path: 'username', objectAlias: 'PGUSER' },
          { path: '"pass-word"', objectAlias: 'PGPASSWORD', filePermission: '0444' },
          // RDS writes it as a number, and the provider takes only strings.
          { path: 'port && to_string(port)', objectAlias: 'PGPORT' },
        ],
      },
      {
        objectName: '/prod/extra',
        objectType: 'ssmparameter',
        objectAlias: 'EXTRA',
        filePermission: '0644',
      },
    ]);
  });

  test('Azure: a list of texts, each YAML by itself', () => {
    const { provider, parameters, objects } = classOf(
      SecretProviderClass.azure({
        name: 'db-login',
        keyVaultName: 'orders',
        tenantId: UUID,
        clientId: UUID,
        secrets: [
          { name: 'db-user', file: 'PGUSER', version: 'abc' },
          { name: 'db-password', file: 'PGPASSWORD', mode: '0644' },
        ],
      }),
    );
    expect(provider).toBe('azure');
    expect(parameters).toMatchObject({ keyvaultName: 'orders', tenantID: UUID, clientID: UUID });
    expect((objects as { array: string[] }).array.map((text) => parse(text))).toEqual([
      { objectName: 'db-user', objectType: 'secret', objectAlias: 'PGUSER', objectVersion: 'abc' },
      { objectName: 'db-password', objectType: 'secret', objectAlias: 'PGPASSWORD', filePermission: '0644' },
    ]);
  });

  test('Google, and the add-on of GKE with its own driver', () => {
    const resourceName = 'projects/orders/secrets/db/versions/latest';
    const secrets = [
      { resourceName, field: 'username', file: 'PGUSER', mode: '0644' },
      { resourceName, file: 'PGPASSWORD' },
    ];
    const { provider, objects } = classOf(SecretProviderClass.google({ name: 'db-login', secrets }));
    expect(provider).toBe('gcp');
    expect(objects).toEqual([
      { resourceName, path: 'PGUSER', extractJSONKey: 'username', mode: 0o644 },
      { resourceName, path: 'PGPASSWORD' },
    ]);
    const addOn = SecretProviderClass.google({ name: 'db-login', secrets, isGkeAddOn: true });
    expect(classOf(addOn).provider).toBe('gke');
    expect(JSON.stringify(migrate({ ...existing, providerClass: addOn }))).toContain(
      '"driver":"secrets-store-gke.csi.k8s.io"',
    );
    expect(
      problemsOf(() =>
        DatabaseCredentials.fromSecretsStoreCsi({ ...existing, providerClass: addOn, driver: 'other.io' }),
      ),
    ).toEqual(['driver: "other.io" does not know the provider "gke"; leave it out']);
  });

  test('Vault', () => {
    const path = 'database/creds/app-migrate';
    const { provider, parameters, objects } = classOf(
      SecretProviderClass.vault({
        name: 'db-login',
        role: 'db-migration',
        address: 'https://vault.example.com:8200',
        vaultNamespace: 'team',
        authMountPath: 'cluster-1',
        audience: 'vault',
        secrets: login.map((file) => ({ ...file, path, mode: '0444' })),
      }),
    );
    expect(provider).toBe('vault');
    expect(parameters).toMatchObject({
      roleName: 'db-migration',
      vaultAddress: 'https://vault.example.com:8200',
      vaultNamespace: 'team',
      vaultAuthMountPath: 'cluster-1',
      audience: 'vault',
    });
    expect(objects).toEqual([
      { objectName: 'PGUSER', secretPath: path, secretKey: 'username', filePermission: 0o444 },
      { objectName: 'PGPASSWORD', secretPath: path, secretKey: 'password', filePermission: 0o444 },
    ]);
  });

  test('any other provider, as it documents itself; its files are found by their names', () => {
    const providerClass = SecretProviderClass.of({
      name: 'db-login',
      provider: 'akeyless',
      parameters: { objects: '- secretPath: /db\n' },
      files: ['DATABASE_URL', 'OTHER'],
    });
    const objects = migrate({ providerClass });
    expect(only(objects, 'SecretProviderClass').spec).toEqual({
      provider: 'akeyless',
      parameters: { objects: '- secretPath: /db\n' },
    });
    expect(loginFiles(objects)).toEqual({ DATABASE_URL_FILE: `${FOLDER}/DATABASE_URL` });
  });

  test('host, port and database are read where the class has files of those names', () => {
    const names = ['PGHOST', 'PGPORT', 'PGDATABASE', 'PGUSER', 'PGPASSWORD'];
    const secrets = [{ name: 'db', fields: names.map((file) => ({ field: file.toLowerCase(), file })) }];
    const objects = migrate({ providerClass: SecretProviderClass.aws({ name: 'db-login', secrets }) });
    expect(Object.keys(loginFiles(objects) ?? {})).toEqual(names.map((name) => `${name}_FILE`));
  });
});
