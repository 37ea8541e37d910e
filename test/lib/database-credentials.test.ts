import { App, Chart } from 'cdk8s';
import { EnvFrom, EnvValue, Secret } from 'cdk8s-plus-28';
import { expandReferences } from '../../cli/src/rehearse/expand-references';
import {
  DatabaseCredentials,
  DatabaseEndpoint,
  DatabasePeer,
  MigrationJob,
  type MigrationJobProps,
  SecretProviderClass,
  SslMode,
} from '../../lib';
import { containersOf, envOf, minimalJobProps, only, problemsOf, synthChart } from '../support/synth';
import { synthMigration } from '../support/synth-migration';

const SECRET = Secret.fromSecretName(new Chart(new App(), 'elsewhere'), 'Secret', 'all');

function connection(credentials: DatabaseCredentials) {
  const objects = synthChart(
    (chart) => new MigrationJob(chart, 'Migration', { ...minimalJobProps(), credentials }),
  );
  const [init, main] = containersOf(only(objects, 'Job')).map(({ env = [] }) =>
    env.filter(({ name }) => /^(PG|DATABASE)/.test(name)),
  );
  expect(init).toEqual(main);
  return init;
}
const ref = (variable: string, key: string) => ({
  name: variable,
  valueFrom: { secretKeyRef: { name: 'login', key } },
});

describe('DatabaseCredentials', () => {
  test('a URL in a Secret', () => {
    expect(connection(DatabaseCredentials.fromUrlSecret('login'))).toEqual([
      ref('DATABASE_URL', 'DATABASE_URL'),
    ]);
    expect(connection(DatabaseCredentials.fromUrlSecret('login', 'uri'))).toEqual([
      ref('DATABASE_URL', 'uri'),
    ]);
  });

  test('a key for each part', () => {
    expect(connection(DatabaseCredentials.fromSecretKeys('login'))).toEqual([
      ref('PGHOST', 'PGHOST'),
      ref('PGPORT', 'PGPORT'),
      ref('PGDATABASE', 'PGDATABASE'),
      ref('PGUSER', 'PGUSER'),
      ref('PGPASSWORD', 'PGPASSWORD'),
    ]);
  });

  test('own names of keys, and parts that are no secret', () => {
    const credentials = DatabaseCredentials.fromSecretKeys('login', {
      host: 'db.internal',
      port: 6432,
      database: 'orders',
      userKey: 'username',
      passwordKey: 'password',
      sslMode: SslMode.REQUIRE,
    });
    expect(connection(credentials)).toEqual([
      { name: 'PGHOST', value: 'db.internal' },
      { name: 'PGPORT', value: '6432' },
      { name: 'PGDATABASE', value: 'orders' },
      ref('PGUSER', 'username'),
      ref('PGPASSWORD', 'password'),
      { name: 'PGSSLMODE', value: 'require' },
    ]);
  });

  test('a mode that verifies needs roots, which the pod would have nowhere', () => {
    const credentials = DatabaseCredentials.fromSecretKeys('login', { sslMode: SslMode.VERIFY_FULL });
    expect(problemsOf(() => connection(credentials))).toEqual([
      'credentials: sslMode "verify-full" needs the roots that may have signed the certificate; leave it out and give tls',
    ]);
  });

  test('what plain JavaScript lets pass: nothing at all, a mode that is none, one key twice', () => {
    const refused = (...given: unknown[]) =>
      problemsOf(() => (DatabaseCredentials.fromSecretKeys as (...all: unknown[]) => unknown)(...given));
    expect(refused()).toEqual(['secretName: undefined is no text; give a string']);
    expect(refused('login', { sslMode: 'allow', userKey: 'x', passwordKey: 'x' })).toEqual([
      'sslMode: "allow" is none of the choices; give "disable", "prefer", "require", "verify-ca", "verify-full"',
      'passwordKey: it is also the key of the user; give two keys',
    ]);
  });

  test('refuses all problems at once', () => {
    const problems = problemsOf(() =>
      DatabaseCredentials.fromSecretKeys('Login', {
        hostKey: 'h',
        host: 'db',
        port: 0,
        database: '',
        userKey: 'a b',
      }),
    );
    expect(problems).toEqual([
      'secretName: "Login" is not the name of an object; write at most 253 lower-case letters, digits, "-" and "."',
      'hostKey: "h" would not be read, because host is given; leave one of them out',
      'port: 0 is not a port; give a whole number from 1 to 65535',
      'database: "" is empty; give it, or leave it out',
      'userKey: "a b" is not a key of a Secret or ConfigMap; write at most 253 letters, digits, "-", "_" and "."',
    ]);
    expect(problemsOf(() => DatabaseCredentials.fromUrlSecret('', '..'))).toHaveLength(2);
  });
});

describe('credentials at an endpoint', () => {
  const peers = [DatabasePeer.ipBlock('10.0.0.0/24')];
  const migrate = (credentials: DatabaseCredentials, endpoint: DatabaseEndpoint) =>
    synthMigration({ credentials, endpoint });

  test('the host of the endpoint replaces the keys of the Secret', () => {
    const endpoint = DatabaseEndpoint.of({ peers, host: 'db.internal', port: 6432 });
    const job = only(migrate(DatabaseCredentials.fromSecretKeys('login'), endpoint), 'Job');
    expect(containersOf(job)[0]?.env?.slice(0, 3)).toEqual([
      { name: 'PGHOST', value: 'db.internal' },
      { name: 'PGPORT', value: '6432' },
      ref('PGDATABASE', 'PGDATABASE'),
    ]);
  });

  test('refuses contradictions', () => {
    const endpoint = DatabaseEndpoint.of({ peers, host: 'db.internal' });
    expect(problemsOf(() => migrate(DatabaseCredentials.fromUrlSecret('login'), endpoint))).toEqual([
      'endpoint: host "db.internal" stands beside credentials whose URL names the host; leave one of them out',
    ]);
    const other = DatabaseCredentials.fromSecretKeys('login', { host: 'other', port: 1 });
    expect(problemsOf(() => migrate(other, endpoint))).toEqual([
      "credentials: port 1 is not the endpoint's port 5432; give the same port",
      'credentials: host "other" is not the endpoint\'s host "db.internal"; give the same host',
    ]);
  });
});

describe('names with a dollar sign', () => {
  const NAMES = ['$(PGUSER)', 'a$$b', '$$(x)$', 'cost$', '$a$b', '$'];

  test.each(NAMES)('%s reaches the runner as it is, although the kubelet expands values', (name) => {
    const credentials = DatabaseCredentials.fromSecretKeys('login', { database: name });
    const job = only(
      synthChart((chart) => {
        const props = { ...minimalJobProps(), credentials, migrationsSchema: name, grantStatusTo: [name] };
        new MigrationJob(chart, 'Migration', props);
      }),
      'Job',
    );
    for (const container of containersOf(job)) {
      const { PGDATABASE = '', MIGRATIONS_SCHEMA = '', GRANT_STATUS_TO = '' } = envOf(container);
      for (const value of [PGDATABASE, MIGRATIONS_SCHEMA, GRANT_STATUS_TO]) {
        expect(expandReferences(value, { PGUSER: 'somebody', x: 'y' })).toBe(name);
      }
    }
  });

  test('a value of `env` may refer to another variable', () => {
    const [container] = containersOf(
      only(
        synthChart((chart) => {
          const env = { HOME: EnvValue.fromValue('/tmp/$(PGUSER)') };
          new MigrationJob(chart, 'Migration', { ...minimalJobProps(), env });
        }),
        'Job',
      ),
    );
    expect(envOf(container)).toMatchObject({ HOME: '/tmp/$(PGUSER)' });
  });
});

describe('what the Job would not know', () => {
  const keys = DatabaseCredentials.fromSecretsStoreCsi({
    providerClass: SecretProviderClass.fromName('db'),
    host: 'db',
  });
  const make = (props: Partial<MigrationJobProps>) =>
    synthChart(
      (chart) => new MigrationJob(chart, 'Job', { ...minimalJobProps(), credentials: keys, ...props }),
    );

  test('is told at synth', () => {
    expect(problemsOf(() => make({}))).toEqual([
      'credentials: nobody names the database; give it in the credentials',
    ]);
  });

  test.each<[string, Partial<MigrationJobProps>]>([
    ['env', { env: { PGDATABASE: EnvValue.fromValue('orders') } }],
    ['the file of env', { env: { PGDATABASE_FILE: EnvValue.fromValue('/x') } }],
    ['envFrom, whose names only the cluster knows', { envFrom: [new EnvFrom(undefined, undefined, SECRET)] }],
  ])('unless it comes by %s', (_name, props) => {
    expect(make(props)).toHaveLength(1);
  });

  test('a connection that env gives besides is refused, in both spellings', () => {
    const env = { DATABASE_URL_FILE: EnvValue.fromValue('/x'), PGUSER: EnvValue.fromValue('u') };
    expect(
      problemsOf(() => make({ env, credentials: keys })).filter((line) => line.startsWith('env')),
    ).toEqual([
      'env: "DATABASE_URL_FILE" is set by the construct; give credentials instead',
      'env: "PGUSER" is set by the construct; give it in credentials or tls instead',
    ]);
  });
});
