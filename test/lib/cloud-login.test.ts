import { App, Chart } from 'cdk8s';
import {
  CloudSqlAddress,
  DatabaseCredentials,
  DatabaseEndpoint,
  DatabaseMigration,
  DatabasePeer,
  DatabaseTls,
  ProxySidecar,
  TrustedRoots,
  WorkloadIdentity,
} from '../../lib';
import {
  containersOf,
  jobSpec,
  type KubeObject,
  minimalEndpoint,
  minimalJobProps,
  only,
  problemsOf,
} from '../support/synth';
import { runnerEnv, synthMigration } from '../support/synth-migration';

const TLS = DatabaseTls.of({ roots: TrustedRoots.fromConfigMap('rds-ca') });
const HOST = 'app.abc.eu-central-1.rds.amazonaws.com';
const RDS = { user: 'migrator', database: 'app' };
const INSTANCE = 'my-project:europe-west1:app';
const IAM_USER = 'db-migration@my-project.iam';
const PEERS = [DatabasePeer.ipBlock('10.20.0.0/16')];

const connection = (objects: readonly KubeObject[]) => runnerEnv(objects, /^(PG|DATABASE_|AWS_|AZURE_)/);

describe('a token of Amazon RDS', () => {
  test('at an endpoint that names the host', () => {
    const credentials = DatabaseCredentials.fromRdsIam({ ...RDS, region: 'eu-central-1' });
    const endpoint = DatabaseEndpoint.of({ host: HOST, peers: PEERS });
    const objects = synthMigration({
      credentials,
      endpoint,
      tls: TLS,
      workloadIdentity: WorkloadIdentity.awsRole('arn:aws:iam::111122223333:role/db-migration'),
    });
    expect(connection(objects)).toEqual({
      DATABASE_LOGIN: 'aws-rds-iam',
      PGHOST: HOST,
      PGPORT: '5432',
      PGDATABASE: 'app',
      PGUSER: 'migrator',
      PGSSLMODE: 'verify-full',
      PGSSLROOTCERT: '/var/run/drizzle-gate/ca/ca.crt',
      AWS_REGION: 'eu-central-1',
    });
    expect(only(objects, 'ServiceAccount').metadata).toMatchObject({
      annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/db-migration' },
    });
    // No Secret is read, so none may be: a rule without names would mean all of them.
    expect(only(objects, 'Role').rules).toEqual([
      { apiGroups: [''], resources: ['configmaps'], resourceNames: ['rds-ca'], verbs: ['get'] },
    ]);
  });

  test.each<[string, () => unknown, string[]]>([
    [
      'no encryption',
      () => synthMigration({ credentials: DatabaseCredentials.fromRdsIam({ ...RDS, host: HOST }) }),
      [
        'tls: the token is sent as a password, so the connection must be encrypted; give DatabaseTls, best with VERIFY_FULL',
      ],
    ],
    [
      'no host',
      () => synthMigration({ credentials: DatabaseCredentials.fromRdsIam(RDS), tls: TLS }),
      ['credentials: nobody names the host; give it in the credentials, or in the endpoint'],
    ],
    [
      'wrong values',
      () => DatabaseCredentials.fromRdsIam({ user: ' ', database: '', region: 'Frankfurt', port: 0 }),
      [
        'region: "Frankfurt" is not a region; write it like "eu-central-1"',
        'user: " " is empty; give a value',
        'database: "" is empty; give a value',
        'port: 0 is not a port; give a whole number from 1 to 65535',
      ],
    ],
  ])('refuses %s', (_what, make, expected) => {
    expect(problemsOf(make)).toEqual(expected);
  });
});

describe('a token of Microsoft Entra ID', () => {
  test('with the label that the webhook looks for', () => {
    const objects = synthMigration({
      credentials: DatabaseCredentials.fromAzureEntra({
        ...RDS,
        host: 'app.postgres.database.azure.com',
        scope: 'https://ossrdbms-aad.database.chinacloudapi.cn/.default',
      }),
      tls: DatabaseTls.of({ roots: TrustedRoots.system() }),
      workloadIdentity: WorkloadIdentity.azureClient('11111111-2222-3333-4444-555555555555'),
    });
    expect(connection(objects)).toMatchObject({
      DATABASE_LOGIN: 'azure-entra',
      PGHOST: 'app.postgres.database.azure.com',
      PGSSLROOTCERT: 'system',
      AZURE_ENTRA_SCOPE: 'https://ossrdbms-aad.database.chinacloudapi.cn/.default',
    });
    expect(jobSpec(only(objects, 'Job')).template.metadata.labels).toMatchObject({
      'azure.workload.identity/use': 'true',
    });
    expect(only(objects, 'ServiceAccount').metadata).toMatchObject({
      annotations: { 'azure.workload.identity/client-id': '11111111-2222-3333-4444-555555555555' },
    });
  });

  test('refuses a scope that is none', () => {
    expect(problemsOf(() => DatabaseCredentials.fromAzureEntra({ ...RDS, scope: 'user.read' }))).toEqual([
      'scope: "user.read" is not a scope; write it like "https://ossrdbms-aad.database.windows.net/.default"',
    ]);
  });
});

describe('the Cloud SQL Auth Proxy', () => {
  const endpoint = DatabaseEndpoint.of({ peers: PEERS, port: 3307 });
  const options = { instance: INSTANCE, database: 'app', user: IAM_USER };

  test('runs first, beside the runner, as hardened as it, and is what the runner connects to', () => {
    const objects = synthMigration({ credentials: DatabaseCredentials.fromCloudSqlProxy(options), endpoint });
    const job = only(objects, 'Job');
    const { initContainers: [proxy, preflight] = [], containers } = jobSpec(job).template.spec;
    expect(proxy).toMatchObject({
      name: 'cloud-sql-proxy',
      image: 'gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.25.3',
      restartPolicy: 'Always',
      args: [
        ...['--structured-logs', '--exit-zero-on-sigterm', '--private-ip', '--auto-iam-authn'],
        ...['--port=5432', INSTANCE],
      ],
      securityContext: containers[0]?.securityContext,
      resources: containers[0]?.resources,
      terminationMessagePolicy: 'FallbackToLogsOnError',
    });
    expect(proxy).not.toHaveProperty('startupProbe');
    expect(preflight?.name).toBe('pre-flight-check');
    expect(preflight).not.toHaveProperty('restartPolicy');
    expect(connection(objects)).toEqual({
      PGHOST: '127.0.0.1',
      PGPORT: '5432',
      PGDATABASE: 'app',
      PGUSER: IAM_USER,
      PGSSLMODE: 'disable',
    });
    expect(only(objects, 'NetworkPolicy').spec).toMatchObject({
      egress: expect.arrayContaining([
        { to: [{ ipBlock: { cidr: '10.20.0.0/16' } }], ports: [{ port: 3307, protocol: 'TCP' }] },
      ]),
    });
  });

  test('no exit code of the proxy ends the Job', () => {
    const objects = synthMigration({ credentials: DatabaseCredentials.fromCloudSqlProxy(options), endpoint });
    expect(JSON.stringify(jobSpec(only(objects, 'Job')).podFailurePolicy)).not.toContain('cloud-sql-proxy');
  });

  test('with a password, over another address', () => {
    const credentials = DatabaseCredentials.fromCloudSqlProxy({
      ...options,
      user: 'migrator',
      password: { secretName: 'db-login', key: 'password' },
      address: CloudSqlAddress.PSC,
      port: 6000,
    });
    const [proxy, preflight] = containersOf(only(synthMigration({ credentials, endpoint }), 'Job'));
    expect(proxy?.args?.slice(2)).toEqual(['--psc', '--port=6000', INSTANCE]);
    expect(preflight?.env).toContainEqual({
      name: 'PGPASSWORD',
      valueFrom: { secretKeyRef: { name: 'db-login', key: 'password' } },
    });
  });

  test('the port of a peer counts, as in the policy', () => {
    const peers = [DatabasePeer.ipBlock('10.20.0.5/32', { port: 3307 })];
    const credentials = DatabaseCredentials.fromCloudSqlProxy(options);
    const objects = synthMigration({ credentials, endpoint: DatabaseEndpoint.of({ peers }) });
    expect(JSON.stringify(only(objects, 'NetworkPolicy').spec)).toContain('3307');
    const wrong = DatabaseEndpoint.of({
      port: 3307,
      peers: [DatabasePeer.ipBlock('10.20.0.5/32', { port: 5432 })],
    });
    expect(problemsOf(() => synthMigration({ credentials, endpoint: wrong }))).toEqual([
      'endpoint: port 5432 is open, but the proxy connects to port 3307; give that port',
    ]);
  });

  test.each<[string, () => unknown, string[]]>([
    [
      'the port of PostgreSQL, which the proxy does not use',
      () => synthMigration({ credentials: DatabaseCredentials.fromCloudSqlProxy(options) }),
      ['endpoint: port 5432 is open, but the proxy connects to port 3307; give that port'],
    ],
    [
      'a host, and TLS, that would be in the way',
      () =>
        synthMigration({
          credentials: DatabaseCredentials.fromCloudSqlProxy(options),
          endpoint: DatabaseEndpoint.of({ peers: PEERS, port: 3307, host: '10.20.0.5' }),
          tls: TLS,
        }),
      [
        'endpoint: host "10.20.0.5" stands beside a proxy, which the Jobs reach on 127.0.0.1; leave it out, and give the instance as a peer',
        'tls: the proxy encrypts up to the instance and takes no TLS itself; leave it out',
        'credentials: "PGSSLMODE" would be set twice, with different values; give it once',
      ],
    ],
    [
      'the whole e-mail, and a name that is no connection name',
      () =>
        DatabaseCredentials.fromCloudSqlProxy({
          instance: 'app',
          database: '',
          user: 'db-migration@my-project.iam.gserviceaccount.com',
        }),
      [
        'instance: "app" is not a connection name; write "project:region:instance", as `gcloud sql instances describe` shows it',
        'database: "" is empty; give a value',
        `user: "${IAM_USER}.gserviceaccount.com" is the whole e-mail; PostgreSQL knows the user as "${IAM_USER}"`,
      ],
    ],
  ])('refuses %s', (_what, make, expected) => {
    expect([...problemsOf(make)].sort()).toEqual([...expected].sort());
  });
});

describe('WorkloadIdentity', () => {
  test('of Google', () => {
    const email = 'db-migration@my-project.iam.gserviceaccount.com';
    const objects = synthMigration({ workloadIdentity: WorkloadIdentity.googleServiceAccount(email) });
    expect(only(objects, 'ServiceAccount').metadata).toMatchObject({
      annotations: { 'iam.gke.io/gcp-service-account': email },
    });
  });

  test.each<[string, () => unknown, string]>([
    ['an ARN', () => WorkloadIdentity.awsRole('db-migration'), 'roleArn: "db-migration" is not the ARN'],
    ['an e-mail', () => WorkloadIdentity.googleServiceAccount('me@example.com'), 'email: "me@example.com"'],
    ['a UUID', () => WorkloadIdentity.azureClient('abc', 'def'), 'clientId: "abc" is not a UUID'],
    ['a key', () => WorkloadIdentity.of({ serviceAccountAnnotations: { 'a b': '' } }), 'the key "a b"'],
  ])('refuses what is not %s', (_what, make, expected) => {
    expect(problemsOf(make).join('\n')).toContain(expected);
  });

  test("a label of one's own does not take the webhook's away", () => {
    const make = () =>
      synthMigration({
        workloadIdentity: WorkloadIdentity.azureClient('11111111-2222-3333-4444-555555555555'),
        podLabels: { 'azure.workload.identity/use': 'false' },
      });
    expect(problemsOf(make)).toEqual([
      'podLabels: "azure.workload.identity/use" would be set twice, with different values; give it once',
    ]);
  });

  test('does not annotate an account that exists', () => {
    const elsewhere = new Chart(new App(), 'elsewhere');
    const { serviceAccount } = new DatabaseMigration(elsewhere, 'Db', {
      ...minimalJobProps(),
      endpoint: minimalEndpoint(),
    }).rbac;
    const make = () =>
      synthMigration({
        serviceAccount,
        workloadIdentity: WorkloadIdentity.awsRole('arn:aws:iam::111122223333:role/x'),
      });
    expect(problemsOf(make).join('\n')).toContain(
      'workloadIdentity: the account "db-migration" exists already; annotate it',
    );
  });
});

test("a sidecar of one's own may not take the name of another container", () => {
  const sidecar = ProxySidecar.of({ name: 'migrate', image: 'registry.example.com/proxy:1.0.0' });
  expect(problemsOf(() => synthMigration({ sidecars: [sidecar] }))).toEqual([
    'sidecars: "migrate" would be the name of two containers; give another one',
  ]);
});
