import { DatabaseCredentials, SecretProviderClass, type SecretsStoreCsiOptions } from '../../lib';
import { containersOf, jobSpec, type KubeObject, only, problemsOf } from '../support/synth';
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

describe('an existing class', () => {
  test('its files are mounted read-only into both containers', () => {
    const objects = migrate(existing);
    expect(loginFiles(objects)).toEqual({
      PGUSER_FILE: `${FOLDER}/PGUSER`,
      PGPASSWORD_FILE: `${FOLDER}/PGPASSWORD`,
    });
    const pod = jobSpec(only(objects, 'Job')).template.spec;
    expect(pod.volumes).toContainEqual({
      name: 'credentials',
      csi: {
        driver: 'secrets-store.csi.k8s.io',
        readOnly: true,
        volumeAttributes: { secretProviderClass: 'db-login' },
      },
    });
    for (const { volumeMounts } of containersOf(only(objects, 'Job'))) {
      expect(volumeMounts).toContainEqual({ name: 'credentials', mountPath: FOLDER, readOnly: true });
    }
    expect(pod.automountServiceAccountToken).toBe(false);
    expect(only(objects, 'Role').rules ?? []).toEqual([]);
    expect(objects.map(({ kind }) => kind)).not.toContain('SecretProviderClass');
  });

  test('files of own names, a role in the manifest, another driver', () => {
    const objects = migrate({
      ...existing,
      driver: 'secrets-store-gke.csi.k8s.io',
      user: 'migrator',
      passwordFile: 'db_password',
      host: undefined,
      hostFile: 'db_host',
    });
    expect(loginFiles(objects)).toEqual({
      PGHOST_FILE: `${FOLDER}/db_host`,
      PGPASSWORD_FILE: `${FOLDER}/db_password`,
    });
    expect(JSON.stringify(objects)).toContain('"driver":"secrets-store-gke.csi.k8s.io"');
  });

  test('one file with a URL', () => {
    const providerClass = existing.providerClass;
    expect(loginFiles(migrate({ providerClass, urlFile: 'url' }))).toEqual({
      DATABASE_URL_FILE: `${FOLDER}/url`,
    });
  });
});

describe('refusals', () => {
  const subjects = (lines: string[]) => lines.map((line) => line.split(':')[0]);

  test.each(['0400', '0600', '0640', '0700'])('a mode with which only root reads the file: %s', (mode) => {
    const file = { file: 'PGPASSWORD', mode };
    const expected = expect.stringContaining('lets only root read the file');
    const all = [
      () => SecretProviderClass.aws({ name: 'a', secrets: [{ name: 'x', whole: file }] }),
      () =>
        SecretProviderClass.aws({ name: 'a', secrets: [{ name: 'x', fields: [{ ...file, field: 'f' }] }] }),
      () =>
        SecretProviderClass.azure({
          ...{ name: 'a', keyVaultName: 'k', tenantId: UUID, clientId: UUID },
          secrets: [{ ...file, name: 'x' }],
        }),
      () =>
        SecretProviderClass.google({
          name: 'a',
          secrets: [{ ...file, resourceName: 'projects/p/secrets/s/versions/1' }],
        }),
      () =>
        SecretProviderClass.vault({ name: 'a', role: 'r', secrets: [{ ...file, path: 'p', field: 'f' }] }),
    ];
    for (const make of all) expect(problemsOf(make)).toEqual([expected]);
    for (const text of [`filePermission: "${mode}"`, `[{"filePermission":"${mode}"}]`, `mode: ${mode}`]) {
      const other = { name: 'a', provider: 'p', parameters: { objects: text }, files: ['F'] };
      expect(problemsOf(() => SecretProviderClass.of(other))).toEqual([
        expect.stringContaining('with which only root can read the file'),
      ]);
    }
  });

  test('names, and values that are no strings', () => {
    expect(subjects(problemsOf(() => SecretProviderClass.fromName('A')))).toEqual(['name']);
    expect(
      subjects(
        problemsOf(() =>
          SecretProviderClass.aws({
            name: 'A',
            region: ' ',
            secrets: [
              { name: '', whole: { file: 'a/b', mode: 'rw' } },
              { name: 'x' },
              { name: 'y', fields: [{ field: '', file: 'a/b' }] },
            ],
          }),
        ),
      ),
    ).toEqual(['name', 'file', 'file', 'region', 'name', 'mode', 'secrets', 'field']);
    expect(
      subjects(
        problemsOf(() =>
          SecretProviderClass.azure({
            name: 'a',
            keyVaultName: '',
            tenantId: 'x',
            clientId: 'y',
            secrets: [],
          }),
        ),
      ),
    ).toEqual(['secrets', 'keyVaultName', 'tenantId', 'clientId']);
    const google = { name: 'a', secrets: [{ resourceName: 'db', file: 'F' }] };
    expect(subjects(problemsOf(() => SecretProviderClass.google(google)))).toEqual(['resourceName']);
    expect(
      subjects(
        problemsOf(() => SecretProviderClass.vault({ name: 'a', role: '', address: 'vault', secrets: [] })),
      ),
    ).toEqual(['secrets', 'role', 'address']);
    const parameters = { usePodIdentity: true as unknown as string };
    expect(
      problemsOf(() => SecretProviderClass.of({ name: 'a', provider: 'aws', parameters, files: ['F'] })),
    ).toEqual(['parameters: "usePodIdentity" is true, no string; write "true"']);
  });

  test('a file that the class does not write, and parts given twice', () => {
    const providerClass = SecretProviderClass.aws({
      name: 'db-login',
      secrets: [{ name: 'x', fields: login }],
    });
    const refuse = (options: Partial<SecretsStoreCsiOptions>) =>
      problemsOf(() => DatabaseCredentials.fromSecretsStoreCsi({ ...existing, providerClass, ...options }));
    expect(refuse({ hostFile: 'HOST', host: undefined, userFile: 'USER' })).toEqual([
      'hostFile: "HOST" is no file of db-login, which writes "PGUSER", "PGPASSWORD"; give one of them',
      'userFile: "USER" is no file of db-login, which writes "PGUSER", "PGPASSWORD"; give one of them',
    ]);
    expect(refuse({ hostFile: 'PGUSER' })).toEqual([
      'host: host and hostFile are both given; leave one of them out',
    ]);
    expect(subjects(refuse({ urlFile: 'PGUSER', passwordFile: 'x', driver: 'A' }))).toEqual([
      ...['driver', 'host', 'database', 'passwordFile'],
    ]);
  });

  test('nobody names the database', () => {
    expect(problemsOf(() => migrate({ ...existing, host: undefined, database: undefined }))).toHaveLength(2);
  });
});
