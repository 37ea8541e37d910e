import { Duration } from 'cdk8s';
import {
  DatabaseCredentials,
  DatabaseEndpoint,
  DatabasePeer,
  ExternalSecretCreation,
  ExternalSecretDeletion,
  type ExternalSecretOptions,
  ExternalSecretRefresh,
  ExternalSecretStore,
  SslMode,
} from '../../lib';
import { parseDatabaseUrl } from '../../runner/src/config/database-url';
import { containersOf, envOf, type KubeObject, minimalEndpoint, only, problemsOf } from '../support/synth';
import { synthMigration } from '../support/synth-migration';

const store = ExternalSecretStore.clusterSecretStore('aws');
const userFrom = { key: 'prod/orders/db', property: 'username' };
const passwordFrom = { key: 'prod/orders/db', property: 'password', version: 'AWSCURRENT' };
const parts = { name: 'orders-db', store, userFrom, passwordFrom, database: 'orders' };
const withHost = { ...parts, host: 'db.internal' };

function migrate(options: ExternalSecretOptions, endpoint = minimalEndpoint()): KubeObject[] {
  const credentials = DatabaseCredentials.fromExternalSecret(options);
  return synthMigration({ credentials, endpoint });
}
const specOf = (options: ExternalSecretOptions) => only(migrate(options), 'ExternalSecret').spec;
const keysOf = (objects: readonly KubeObject[]) =>
  (containersOf(only(objects, 'Job'))[0]?.env ?? []).flatMap(({ name, valueFrom }) =>
    valueFrom?.secretKeyRef ? [[name, valueFrom.secretKeyRef.name, valueFrom.secretKeyRef.key]] : [],
  );

describe('separate keys', () => {
  test('what the store has is fetched, the rest stands in the manifest', () => {
    const objects = migrate(withHost);
    expect(only(objects, 'ExternalSecret').spec).toEqual({
      secretStoreRef: { kind: 'ClusterSecretStore', name: 'aws' },
      target: { name: 'orders-db' },
      data: [
        { secretKey: 'PGUSER', remoteRef: userFrom },
        { secretKey: 'PGPASSWORD', remoteRef: passwordFrom },
      ],
    });
    expect(keysOf(objects)).toEqual([
      ['PGUSER', 'orders-db', 'PGUSER'],
      ['PGPASSWORD', 'orders-db', 'PGPASSWORD'],
    ]);
    const [container] = containersOf(only(objects, 'Job'));
    expect(envOf(container)).toMatchObject({ PGHOST: 'db.internal', PGPORT: '5432', PGDATABASE: 'orders' });
    const kinds = objects.map(({ kind }) => kind);
    expect(kinds.indexOf('ExternalSecret')).toBeLessThan(kinds.indexOf('Job'));
  });

  test('everything that can be set', () => {
    const spec = specOf({
      ...withHost,
      store: ExternalSecretStore.secretStore('vault'),
      secretName: 'login',
      refreshPolicy: ExternalSecretRefresh.PERIODIC,
      refreshInterval: Duration.minutes(90),
      creationPolicy: ExternalSecretCreation.ORPHAN,
      deletionPolicy: ExternalSecretDeletion.MERGE,
    });
    expect(spec).toMatchObject({
      refreshPolicy: 'Periodic',
      refreshInterval: '1h30m0s',
      secretStoreRef: { kind: 'SecretStore', name: 'vault' },
      target: { name: 'login', creationPolicy: 'Orphan', deletionPolicy: 'Merge' },
    });
  });

  test.each([
    [Duration.seconds(45), '45s'],
    [Duration.minutes(10), '10m0s'],
    [Duration.hours(24), '24h0m0s'],
  ])('an interval is written as Go writes it: %s', (refreshInterval, text) => {
    expect(specOf({ ...withHost, refreshInterval })).toMatchObject({ refreshInterval: text });
  });

  test('the endpoint names host and port, and the URL of a store needs nothing else', () => {
    const peers = [DatabasePeer.ipBlock('10.0.0.0/24')];
    const named = migrate(parts, DatabaseEndpoint.of({ peers, host: 'pooler', port: 6432 }));
    expect(envOf(containersOf(only(named, 'Job'))[0])).toMatchObject({ PGHOST: 'pooler', PGPORT: '6432' });
    const opened = migrate(withHost, DatabaseEndpoint.of({ peers, port: 6432 }));
    expect(envOf(containersOf(only(opened, 'Job'))[0])).toMatchObject({ PGPORT: '6432' });
    const url = migrate({ name: 'orders-db', store, urlFrom: { key: 'prod/orders/url' } });
    expect(keysOf(url)).toEqual([['DATABASE_URL', 'orders-db', 'DATABASE_URL']]);
  });
});

describe('one URL, put together by the operator', () => {
  const templateOf = (options: ExternalSecretOptions) =>
    (specOf(options) as { target: { template: { data: Record<string, string> } } }).target.template.data;

  /** The two functions of the template, as Go and sprig define them. */
  const render = (template: string, values: Record<string, string>) => {
    const queryEscape = (text: string) =>
      encodeURIComponent(text)
        .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
        .replaceAll('%20', '+');
    return template.replace(
      /\{\{ \.(\w+) (\| urlquery \| replace "\+" "%20" )?\}\}/g,
      (_text, name, encoded) => {
        const value = values[name] ?? '';
        return encoded ? queryEscape(value).replaceAll('+', '%20') : value;
      },
    );
  };
  const NASTY = `a+b c/d@e:f?g#h%41{{i}}!*'(ü)`;

  test('the runner reads back what the store holds, whatever characters it has', () => {
    const hostFrom = { key: 'prod/orders/db', property: 'host' };
    const databaseFrom = { key: 'prod/orders/db', property: 'dbname' };
    const options = { name: 'orders-db', store, userFrom, passwordFrom, hostFrom, databaseFrom };
    const template = templateOf({ ...options, urlKey: 'url', urlSslMode: SslMode.VERIFY_FULL }).url ?? '';
    const values = { PGUSER: NASTY, PGPASSWORD: NASTY, PGHOST: 'db.internal', PGDATABASE: 'a b+c' };
    const problems: string[] = [];
    expect(parseDatabaseUrl(render(template, values), problems)).toEqual({
      ...values,
      PGPORT: '5432',
      PGSSLMODE: 'verify-full',
    });
    expect(problems).toEqual([]);
  });

  test('what stands in the manifest is encoded as well', () => {
    const options = {
      ...parts,
      userFrom: undefined,
      user: NASTY,
      database: 'a b',
      host: '2001:db8::1',
      port: 5432,
    };
    const template = templateOf({ ...options, urlKey: 'url' }).url ?? '';
    expect(parseDatabaseUrl(render(template, { PGPASSWORD: 'p' }), [])).toEqual({
      ...{ PGHOST: '2001:db8::1', PGPORT: '5432', PGDATABASE: 'a b', PGUSER: NASTY, PGPASSWORD: 'p' },
    });
    expect(template).not.toContain('{{i}}');
  });

  test('the Job reads that key', () => {
    expect(keysOf(migrate({ ...withHost, urlKey: 'url' }))).toEqual([['DATABASE_URL', 'orders-db', 'url']]);
  });
});

describe('refusals', () => {
  const refuse = (options: Partial<ExternalSecretOptions>) =>
    problemsOf(() => DatabaseCredentials.fromExternalSecret({ ...withHost, ...options }));

  test('names, values and labels, all at once', () => {
    expect(
      refuse({
        name: 'Orders',
        secretName: 'a b',
        annotations: { 'a b': 'c' },
        host: 'https://db',
        port: 0,
        database: ' ',
        userFrom: { key: '' },
      }).map((line) => line.split(':')[0]),
    ).toEqual(['name', 'secretName', 'annotations', 'host', 'port', 'database', 'userFrom.key']);
    expect(problemsOf(() => ExternalSecretStore.secretStore('A'))).toHaveLength(1);
  });

  test("what the operator's webhook would refuse in the cluster", () => {
    const deletionPolicy = ExternalSecretDeletion.DELETE;
    expect(refuse({ deletionPolicy, creationPolicy: ExternalSecretCreation.MERGE })).toEqual([
      'deletionPolicy: "Delete" would delete a Secret that the operator does not own; give creationPolicy OWNER, or another deletionPolicy',
    ]);
    expect(refuse({ passwordFrom: undefined, userFrom: undefined })).toEqual([
      'passwordFrom: nothing says the password; give passwordFrom',
    ]);
  });

  test('an interval that would not be used, or is none', () => {
    const refreshInterval = Duration.hours(1);
    expect(refuse({ refreshPolicy: ExternalSecretRefresh.ON_CHANGE, refreshInterval })).toEqual([
      'refreshInterval: 3600 seconds would not be used with refreshPolicy OnChange; leave it out',
    ]);
    expect(refuse({ refreshInterval: Duration.seconds(0) })).toEqual([
      'refreshInterval: 0 seconds is no interval; give at least 1 second, or refreshPolicy CREATED_ONCE',
    ]);
  });

  test('a part that is given twice, or beside a whole URL, or not at all', () => {
    expect(refuse({ user: 'u' })).toEqual(['user: user and userFrom are both given; leave one of them out']);
    expect(refuse({ urlFrom: { key: 'k' }, userFrom: undefined, database: undefined })).toEqual([
      'host: "db.internal" stands beside a whole URL; leave one of them out',
      expect.stringMatching(/^passwordFrom: .* stands beside a whole URL/),
    ]);
    expect(refuse({ urlKey: 'a b', host: undefined, userFrom: undefined })).toEqual([
      expect.stringMatching(/^urlKey: "a b" is not a key/),
      'hostFrom: nothing says the host; give host or hostFrom',
      'userFrom: nothing says the user; give user or userFrom',
    ]);
    expect(refuse({ urlSslMode: SslMode.REQUIRE })).toEqual([expect.stringMatching(/^urlSslMode: /)]);
  });

  test('what nobody names is told where the Job is made', () => {
    expect(problemsOf(() => migrate({ ...parts, userFrom: undefined, database: undefined }))).toEqual([
      'credentials: nobody names the host; give it in the credentials, or in the endpoint',
      'credentials: nobody names the database; give it in the credentials',
      'credentials: nobody names the user; give it in the credentials',
    ]);
  });
});
