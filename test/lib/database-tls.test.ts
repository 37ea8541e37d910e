import {
  DatabaseCredentials,
  DatabaseMigration,
  DatabaseTls,
  MigrationJob,
  type MigrationJobProps,
  SslMode,
  TrustedRoots,
} from '../../lib';
import {
  containersOf,
  envOf,
  jobSpec,
  minimalEndpoint,
  minimalJobProps,
  only,
  problemsOf,
  synthChart,
} from '../support/synth';

const ROOTS = TrustedRoots.fromConfigMap('rds-ca', 'eu-central-1-bundle.pem');

function jobWith(props: Partial<MigrationJobProps>) {
  return only(
    synthChart((chart) => new MigrationJob(chart, 'Migration', { ...minimalJobProps(), ...props })),
    'Job',
  );
}
const tlsOf = (job: ReturnType<typeof jobWith>) =>
  Object.fromEntries(Object.entries(envOf(containersOf(job)[0])).filter(([name]) => /^PGSSL/.test(name)));

describe('DatabaseTls', () => {
  test('verifies everything unless told otherwise, with roots from a ConfigMap in both containers', () => {
    const job = jobWith({ tls: DatabaseTls.of({ roots: ROOTS }) });
    for (const container of containersOf(job)) {
      expect(envOf(container)).toMatchObject({
        PGSSLMODE: 'verify-full',
        PGSSLROOTCERT: '/var/run/drizzle-gate/ca/eu-central-1-bundle.pem',
      });
      expect(container.volumeMounts).toContainEqual({
        name: 'database-ca',
        mountPath: '/var/run/drizzle-gate/ca',
        readOnly: true,
      });
    }
    expect(jobSpec(job).template.spec.volumes).toContainEqual({
      name: 'database-ca',
      configMap: {
        name: 'rds-ca',
        items: [{ key: 'eu-central-1-bundle.pem', path: 'eu-central-1-bundle.pem' }],
      },
    });
  });

  test('roots from a Secret, and a client certificate with own keys', () => {
    const tls = DatabaseTls.of({
      mode: SslMode.VERIFY_CA,
      roots: TrustedRoots.fromSecret('app-db-ca'),
      clientCertificateSecret: 'app-db-client',
      certificateKey: 'cert.pem',
      privateKeyKey: 'key.pem',
    });
    const job = jobWith({ tls });
    expect(tlsOf(job)).toEqual({
      PGSSLMODE: 'verify-ca',
      PGSSLROOTCERT: '/var/run/drizzle-gate/ca/ca.crt',
      PGSSLCERT: '/var/run/drizzle-gate/client-certificate/tls.crt',
      PGSSLKEY: '/var/run/drizzle-gate/client-certificate/tls.key',
    });
    expect(jobSpec(job).template.spec.volumes).toContainEqual({
      name: 'client-certificate',
      secret: {
        secretName: 'app-db-client',
        items: [
          { key: 'cert.pem', path: 'tls.crt' },
          { key: 'key.pem', path: 'tls.key' },
        ],
      },
    });
  });

  test('the roots of the system need no volume', () => {
    const job = jobWith({ tls: DatabaseTls.of({ roots: TrustedRoots.system() }) });
    expect(tlsOf(job)).toEqual({ PGSSLMODE: 'verify-full', PGSSLROOTCERT: 'system' });
    expect(jobSpec(job).template.spec.volumes?.map(({ name }) => name)).toEqual(['tmp']);
  });

  test('modes that verify nothing', () => {
    for (const mode of [SslMode.DISABLE, SslMode.PREFER, SslMode.REQUIRE]) {
      expect(tlsOf(jobWith({ tls: DatabaseTls.of({ mode }) }))).toEqual({ PGSSLMODE: mode });
    }
  });

  test('the account may read what is mounted', () => {
    const tls = DatabaseTls.of({
      roots: ROOTS,
      clientCertificateSecret: 'app-db-client',
    });
    const objects = synthChart(
      (chart) =>
        new DatabaseMigration(chart, 'Db', {
          ...minimalJobProps(),
          endpoint: minimalEndpoint(),
          tls,
        }),
    );
    expect(only(objects, 'Role').rules).toEqual([
      { apiGroups: [''], resources: ['secrets'], resourceNames: ['db-login'], verbs: ['get'] },
      { apiGroups: [''], resources: ['secrets'], resourceNames: ['app-db-client'], verbs: ['get'] },
      { apiGroups: [''], resources: ['configmaps'], resourceNames: ['rds-ca'], verbs: ['get'] },
    ]);
  });

  test.each<[string, () => unknown, string[]]>([
    [
      'nothing to verify with',
      () => DatabaseTls.of({}),
      ["roots: verify-full verifies the server's certificate; give TrustedRoots"],
    ],
    [
      'roots that nobody would look at',
      () => DatabaseTls.of({ mode: SslMode.REQUIRE, roots: ROOTS }),
      ['roots: require would not look at them; give mode VERIFY_FULL or VERIFY_CA, or leave them out'],
    ],
    [
      'the whole world as authority, without the name',
      () => DatabaseTls.of({ mode: SslMode.VERIFY_CA, roots: TrustedRoots.system() }),
      ['roots: TrustedRoots.system() needs VERIFY_FULL: anybody can get a certificate of a public authority'],
    ],
    [
      'a client certificate that might not be shown, under one key',
      () =>
        DatabaseTls.of({
          mode: SslMode.PREFER,
          clientCertificateSecret: 'client',
          certificateKey: 'pem',
          privateKeyKey: 'pem',
        }),
      [
        'privateKeyKey: "pem" is also the certificate\'s key; give two keys',
        'clientCertificateSecret: "client" might not be shown with prefer; give mode REQUIRE or stricter',
      ],
    ],
    [
      'keys without a Secret',
      () => DatabaseTls.of({ mode: SslMode.REQUIRE, privateKeyKey: 'key.pem' }),
      ['privateKeyKey: "key.pem" is a key of no Secret; give clientCertificateSecret'],
    ],
    [
      'names that Kubernetes refuses',
      () => TrustedRoots.fromConfigMap('RDS', 'a/b'),
      [
        'configMapName: "RDS" is not the name of an object; write at most 253 lower-case letters, digits, "-" and "."',
        'key: "a/b" is not a key of a Secret or ConfigMap; write at most 253 letters, digits, "-", "_" and "."',
      ],
    ],
    [
      'a name in place of roots, which would mean every public authority',
      () => DatabaseTls.of({ roots: 'rds-ca' as unknown as TrustedRoots }),
      ['roots: "rds-ca" is no TrustedRoots; give TrustedRoots.fromConfigMap(name) or another'],
    ],
    [
      'a mode that is none',
      () => DatabaseTls.of({ mode: 'verify' as SslMode }),
      [
        'mode: "verify" is none of the choices; give "disable", "prefer", "require", "verify-ca", "verify-full"',
      ],
    ],
    [
      'another mode in the credentials',
      () =>
        jobWith({
          credentials: DatabaseCredentials.fromSecretKeys('login', { sslMode: SslMode.REQUIRE }),
          tls: DatabaseTls.of({ roots: ROOTS }),
        }),
      ['credentials: "PGSSLMODE" would be set twice, with different values; give it once'],
    ],
  ])('refuses %s', (_what, make, expected) => {
    expect(problemsOf(make)).toEqual(expected);
  });
});
