import type { Chart } from 'cdk8s';
import {
  DatabaseCredentials,
  DatabaseEndpoint,
  DatabaseMigration,
  DatabasePeer,
  MigrationJob,
  type SealedSecretOptions,
  SealedSecretScope,
} from '../../lib';
import { controllerKeys, seal, unseal } from '../support/sealing';
import {
  containersOf,
  envOf,
  type KubeObject,
  minimalEndpoint,
  minimalJobProps,
  only,
  problemsOf,
  synthChart,
} from '../support/synth';
import { synthMigration } from '../support/synth-migration';

const { publicKey, privateKey } = controllerKeys();
const LABEL = 'orders/orders-db';
const sealed = (value: string, label = LABEL) => seal(publicKey, value, label);
const URL_VALUE = 'postgresql://migrator:s%40cret@db.internal:5432/orders';
const url = { name: 'orders-db', encryptedData: { DATABASE_URL: sealed(URL_VALUE) } };

function migrate(options: SealedSecretOptions, endpoint = minimalEndpoint()): KubeObject[] {
  const credentials = DatabaseCredentials.fromSealedSecret(options);
  return synthMigration({ credentials, endpoint }, { namespace: 'orders' });
}
interface Sealed {
  readonly encryptedData: Record<string, string>;
  readonly template: Record<string, unknown>;
}
const specOf = (objects: readonly KubeObject[]) => only(objects, 'SealedSecret').spec as Sealed;

describe('the controller opens what was synthesized', () => {
  /** As the controller: the label comes from the object itself. */
  const open = (objects: readonly KubeObject[]) => {
    const { metadata } = only(objects, 'SealedSecret');
    const annotations = (metadata as { annotations?: Record<string, string> }).annotations ?? {};
    const isTrue = (scope: string) => annotations[`sealedsecrets.bitnami.com/${scope}`] === 'true';
    const strict = `${metadata.namespace}/${metadata.name}`;
    const label = isTrue('cluster-wide') ? '' : isTrue('namespace-wide') ? `${metadata.namespace}` : strict;
    return unseal(privateKey, specOf(objects).encryptedData.DATABASE_URL ?? '', label);
  };

  test.each([
    [undefined, LABEL],
    [SealedSecretScope.STRICT, LABEL],
    [SealedSecretScope.NAMESPACE_WIDE, 'orders'],
    [SealedSecretScope.CLUSTER_WIDE, ''],
  ])('with the scope %s', (scope, label) => {
    const objects = migrate({ ...url, encryptedData: { DATABASE_URL: sealed(URL_VALUE, label) }, scope });
    expect(open(objects)).toBe(URL_VALUE);
  });

  test('under another name it does not', () => {
    expect(() => open(migrate({ ...url, name: 'renamed' }))).toThrow(/oaep/i);
  });

  test('sealed for another scope it does not', () => {
    expect(() => open(migrate({ ...url, scope: SealedSecretScope.NAMESPACE_WIDE }))).toThrow(/oaep/i);
  });
});

describe('the SealedSecret', () => {
  test('has its name and namespace as they were sealed, and stands before the Job', () => {
    const objects = migrate(url);
    const labels = { 'app.kubernetes.io/component': 'database-login' };
    expect(only(objects, 'SealedSecret').metadata).toEqual({
      name: 'orders-db',
      namespace: 'orders',
      labels,
    });
    const kinds = objects.map(({ kind }) => kind);
    expect(kinds.indexOf('SealedSecret')).toBeLessThan(kinds.indexOf('Job'));
    expect(specOf(objects)).toEqual({ encryptedData: url.encryptedData, template: { type: 'Opaque' } });
  });

  test('the Jobs read the Secret that comes out of it', () => {
    const objects = migrate(url);
    for (const { env } of containersOf(only(objects, 'Job'))) {
      expect(env?.[0]).toEqual({
        name: 'DATABASE_URL',
        valueFrom: { secretKeyRef: { name: 'orders-db', key: 'DATABASE_URL' } },
      });
    }
    const { rules } = only(objects, 'Role');
    expect(JSON.stringify(rules)).toContain('"resourceNames":["orders-db"]');
  });

  test('a wider scope is written where the controller and its rotation look', () => {
    const objects = migrate({
      ...url,
      scope: SealedSecretScope.CLUSTER_WIDE,
      annotations: { 'argocd.argoproj.io/sync-wave': '-1' },
      secretAnnotations: { 'sealedsecrets.bitnami.com/managed': 'true' },
      secretLabels: { team: 'orders' },
    });
    const scope = { 'sealedsecrets.bitnami.com/cluster-wide': 'true' };
    expect(only(objects, 'SealedSecret').metadata).toMatchObject({
      annotations: { 'argocd.argoproj.io/sync-wave': '-1', ...scope },
    });
    expect(specOf(objects).template).toEqual({
      type: 'Opaque',
      metadata: {
        annotations: { 'sealedsecrets.bitnami.com/managed': 'true', ...scope },
        labels: { team: 'orders' },
      },
    });
  });

  test('separate keys of own names; what has no key comes from elsewhere', () => {
    const endpoint = DatabaseEndpoint.of({
      peers: [DatabasePeer.ipBlock('10.0.0.0/24')],
      host: 'db.internal',
      port: 6432,
    });
    const objects = migrate(
      {
        name: 'orders-db',
        encryptedData: { username: sealed('migrator'), PGPASSWORD: sealed('secret') },
        keys: { userKey: 'username', database: 'orders' },
      },
      endpoint,
    );
    const [container] = containersOf(only(objects, 'Job'));
    expect(envOf(container)).toMatchObject({ PGHOST: 'db.internal', PGPORT: '6432', PGDATABASE: 'orders' });
    const keys = (container?.env ?? []).flatMap(({ valueFrom }) => valueFrom?.secretKeyRef?.key ?? []);
    expect(keys).toEqual(['username', 'PGPASSWORD']);
  });

  test('a MigrationJob alone makes it too', () => {
    const credentials = DatabaseCredentials.fromSealedSecret(url);
    const objects = synthChart(
      (chart) => new MigrationJob(chart, 'Migration', { ...minimalJobProps(), credentials }),
      { namespace: 'orders' },
    );
    expect(objects.map(({ kind }) => kind)).toEqual(['SealedSecret', 'Job']);
  });
});

describe('refusals', () => {
  const refuse = (options: Partial<SealedSecretOptions>) =>
    problemsOf(() => DatabaseCredentials.fromSealedSecret({ ...url, ...options }));
  const PLAIN = 'hunter2hunter2hunter2hunter2hunter2hunter2hunter2!!';

  test.each([
    [
      'a plain value',
      PLAIN,
      'is not base64; paste the one line that `kubeseal --raw` prints, without spaces',
    ],
    [
      'base64 of a plain value',
      Buffer.from(PLAIN).toString('base64'),
      'is not sealed, and would stand readable in the manifest; seal it with `kubeseal --raw`, and change it if it was committed',
    ],
    [
      'base64 that names no size of a key',
      Buffer.alloc(60).toString('base64'),
      expect.stringContaining('is not sealed'),
    ],
    ['a short base64', 'AgA=', expect.stringContaining('is not sealed')],
    ['a cut value', sealed(URL_VALUE).slice(0, 200), expect.stringContaining('is not sealed')],
    ['line breaks', `${sealed(URL_VALUE)}\n`, expect.stringContaining('is not base64')],
    [
      'a sealed nothing',
      sealed(''),
      'is sealed, but empty; seal it again: printf %s "$VALUE" | kubeseal --raw',
    ],
    ['nothing', '', expect.stringContaining('is not base64')],
  ])('%s, without showing it', (_name, value, expected) => {
    const [problem = '', ...more] = refuse({ encryptedData: { DATABASE_URL: value } });
    const prefix = 'encryptedData: the value of "DATABASE_URL" ';
    expect(problem.startsWith(prefix)).toBe(true);
    expect(problem.slice(prefix.length)).toEqual(expected);
    expect(more).toEqual([]);
    if (value) expect(problem).not.toContain(value.trim().slice(0, 6));
  });

  test('an empty value of any key size is seen', () => {
    for (const size of [256, 384, 512, 1024]) {
      const bytes = Buffer.alloc(2 + size + 16);
      bytes.writeUInt16BE(size);
      expect(refuse({ encryptedData: { DATABASE_URL: bytes.toString('base64') } })).toEqual([
        expect.stringContaining('is sealed, but empty'),
      ]);
    }
  });

  test('keys that the Secret would not have', () => {
    const encryptedData = { url: sealed('x') };
    expect(refuse({ encryptedData })).toEqual([
      'encryptedData: the Secret would have no key "DATABASE_URL", only "url"; add it, or give the key that holds it',
    ]);
    expect(refuse({ encryptedData, keys: { hostKey: 'h', user: 'u' } })).toEqual([
      'hostKey: the Secret would have no key "h", only "url"; add it, or give the key that holds it',
      'passwordKey: the Secret would have no key "PGPASSWORD", only "url"; add it, or give the key that holds it',
    ]);
  });

  test('contradictions, all at once', () => {
    const problems = refuse({
      name: 'Orders',
      encryptedData: { ...url.encryptedData, 'a b': sealed('x') },
      urlKey: 'DATABASE_URL',
      keys: {},
      annotations: { 'sealedsecrets.bitnami.com/cluster-wide': 'true', 'a b': 'c' },
      secretLabels: { 'a b': 'c' },
    });
    expect(problems.map((line) => line.split(':')[0])).toEqual([
      ...['encryptedData', 'annotations', 'annotations', 'secretLabels', 'urlKey', 'name'],
      ...['userKey', 'passwordKey'],
    ]);
    expect(problems).toContain(
      'annotations: "sealedsecrets.bitnami.com/cluster-wide" contradicts scope "strict"; leave it out and set scope',
    );
  });

  test('a chart without a namespace, unless the whole cluster is meant; other problems are told with it', () => {
    const make = (scope: SealedSecretScope | undefined, image = 'registry.example.com/app:1.0.0') =>
      synthChart((chart: Chart) => {
        const credentials = DatabaseCredentials.fromSealedSecret({ ...url, scope });
        const props = { ...minimalJobProps(), image, credentials };
        new DatabaseMigration(chart, 'Db', { ...props, endpoint: minimalEndpoint() });
      });
    const expected =
      'namespace: the chart has none, but the values of the SealedSecret "orders-db" open only in the one that they were sealed for; give it to the chart';
    expect(problemsOf(() => make(undefined))).toEqual([expected]);
    expect(problemsOf(() => make(SealedSecretScope.NAMESPACE_WIDE))).toEqual([expected]);
    expect(problemsOf(() => make(undefined, 'app:latest'))).toHaveLength(2);
    expect(make(SealedSecretScope.CLUSTER_WIDE).map(({ kind }) => kind)).toContain('SealedSecret');
  });
});
