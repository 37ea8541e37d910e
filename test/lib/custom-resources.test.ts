import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DatabaseCredentials,
  ExternalSecretStore,
  MigrationJob,
  SealedSecretScope,
  SecretProviderClass,
} from '../../lib';
import { schemaProblems } from '../support/kubernetes-schema';
import { officialCrdProblems } from '../support/official-crd';
import { controllerKeys, seal } from '../support/sealing';
import { type KubeObject, minimalJobProps, synthChart } from '../support/synth';

// biome-ignore lint/suspicious/noExplicitAny: the changes are deliberately of the wrong shape.
type Loose = any;

const made = (credentials: DatabaseCredentials): KubeObject => {
  const [object] = synthChart(
    (chart) => new MigrationJob(chart, 'Job', { ...minimalJobProps(), credentials }),
    {
      namespace: 'orders',
    },
  );
  if (!object) throw new Error('nothing was made');
  return object;
};
const from = { key: 'prod/orders', property: 'x', version: '1' };
const KINDS: Record<string, KubeObject> = {
  SealedSecret: made(
    DatabaseCredentials.fromSealedSecret({
      name: 'db',
      encryptedData: { DATABASE_URL: seal(controllerKeys().publicKey, 'x', '') },
      scope: SealedSecretScope.CLUSTER_WIDE,
      secretLabels: { a: 'b' },
    }),
  ),
  ExternalSecret: made(
    DatabaseCredentials.fromExternalSecret({
      name: 'db',
      store: ExternalSecretStore.secretStore('aws'),
      ...{ userFrom: from, passwordFrom: from, host: 'h', database: 'd', urlKey: 'url' },
    }),
  ),
  SecretProviderClass: made(
    DatabaseCredentials.fromSecretsStoreCsi({
      providerClass: SecretProviderClass.aws({
        name: 'db',
        secrets: [{ name: 'x', whole: { file: 'DATABASE_URL' } }],
      }),
    }),
  ),
};

const problems = (kind: string, change: (object: Loose) => void): string => {
  const object = structuredClone(KINDS[kind]) as Loose;
  expect(object.kind).toBe(kind);
  change(object);
  return schemaProblems(object).join('; ');
};

test.each(Object.keys(KINDS))('a %s as synthesized has no fault', (kind) => {
  expect(problems(kind, () => undefined)).toBe('');
});

test.each<[string, string, (object: Loose) => Loose]>([
  ...Object.keys(KINDS).flatMap((kind): [string, string, (object: Loose) => Loose][] => [
    [kind, 'the object', (object) => object],
    [kind, 'metadata', ({ metadata }) => metadata],
    [kind, 'spec', ({ spec }) => spec],
  ]),
  ['SealedSecret', 'the template', ({ spec }) => spec.template],
  ['SealedSecret', "the template's metadata", ({ spec }) => spec.template.metadata],
  ['ExternalSecret', 'the store', ({ spec }) => spec.secretStoreRef],
  ['ExternalSecret', 'the target', ({ spec }) => spec.target],
  ['ExternalSecret', 'the template', ({ spec }) => spec.target.template],
  ['ExternalSecret', 'an entry', ({ spec }) => spec.data[0]],
  ['ExternalSecret', 'a reference', ({ spec }) => spec.data[0].remoteRef],
])('%s: an unknown field in %s is found', (kind, _where, part) => {
  const found = problems(kind, (object) => {
    part(object).bogus = 1;
  });
  expect(found).toContain('additional properties bogus');
});

test.each<[string, string, (spec: Loose) => void, string]>([
  ['SealedSecret', 'a number for a value', (spec) => Object.assign(spec.encryptedData, { A: 1 }), 'string'],
  [
    'SealedSecret',
    'a value with a space',
    (spec) => Object.assign(spec.encryptedData, { A: 'A b' }),
    'pattern',
  ],
  ['SealedSecret', 'no value', (spec) => Object.assign(spec, { encryptedData: {} }), 'fewer'],
  ['SealedSecret', 'no encryptedData', (spec) => delete spec.encryptedData, 'required'],
  [
    'SealedSecret',
    'a key with a space',
    (spec) => Object.assign(spec.encryptedData, { 'a b': 'AA==' }),
    'name',
  ],
  ['ExternalSecret', 'no store', (spec) => delete spec.secretStoreRef, 'required'],
  [
    'ExternalSecret',
    'a store of another kind',
    (spec) => Object.assign(spec.secretStoreRef, { kind: 'x' }),
    'equal',
  ],
  ['ExternalSecret', 'no data', (spec) => Object.assign(spec, { data: [] }), 'fewer'],
  ['ExternalSecret', 'no remote key', (spec) => delete spec.data[0].remoteRef.key, 'required'],
  ['ExternalSecret', 'a number of seconds', (spec) => Object.assign(spec, { refreshInterval: 60 }), 'string'],
  [
    'ExternalSecret',
    'a policy in lower case',
    (spec) => Object.assign(spec.target, { creationPolicy: 'owner' }),
    'equal',
  ],
  ['SecretProviderClass', 'no provider', (spec) => delete spec.provider, 'required'],
  ['SecretProviderClass', 'no parameters', (spec) => delete spec.parameters, 'required'],
  [
    'SecretProviderClass',
    'true for "true"',
    (spec) => Object.assign(spec.parameters, { usePodIdentity: true }),
    'string',
  ],
])('%s: %s is found', (kind, _what, change, expected) => {
  expect(problems(kind, ({ spec }) => change(spec))).toContain(expected);
});

test('an official definition is asked as well, and closed too', () => {
  const folder = mkdtempSync(join(tmpdir(), 'drizzle-gate-crd-'));
  try {
    const schema = {
      type: 'object',
      properties: {
        ...{ apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { type: 'object' } },
        spec: { type: 'object', properties: { provider: { type: 'string' } } },
      },
    };
    const crd = {
      kind: 'CustomResourceDefinition',
      spec: {
        group: 'secrets-store.csi.x-k8s.io',
        names: { kind: 'SecretProviderClass' },
        versions: [{ name: 'v1', schema: { openAPIV3Schema: schema } }],
      },
    };
    writeFileSync(join(folder, 'crd.yaml'), JSON.stringify(crd));
    const found = officialCrdProblems(KINDS.SecretProviderClass as KubeObject, folder);
    expect(found.join()).toContain('additional properties parameters');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
