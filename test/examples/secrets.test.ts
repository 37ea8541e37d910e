import { readdirSync } from 'node:fs';
import { schemaProblems } from '../support/kubernetes-schema';
import { containersOf, envOf, expectValid, jobSpec, type KubeObject, only } from '../support/synth';
import { synthExample } from '../support/synth-example';
import { podSecurityProblems } from '../support/synth-pod-security';
import { injectVaultAgent } from '../support/vault-injector';

const FOLDER = 'examples/secrets';
const FOUNDATION = ['ServiceAccount', 'Role', 'RoleBinding', 'NetworkPolicy'];

const EXAMPLES: Record<string, Record<string, string[]>> = {
  'existing-secret': { orders: [], billing: [] },
  'external-secrets': { orders: ['ExternalSecret'], shared: ['ExternalSecret'] },
  'sealed-secrets': { orders: ['SealedSecret'] },
  'secrets-store-csi': { orders: ['SecretProviderClass'], billing: [] },
  sops: { orders: [] },
  vault: { orders: [], billing: [] },
};

test('every folder has its expectation', () => {
  const folders = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map(({ name }) => name).sort()).toEqual(Object.keys(EXAMPLES).sort());
});

describe.each(Object.entries(EXAMPLES))('%s', (example, charts) => {
  let made: Record<string, KubeObject[]>;
  beforeAll(async () => {
    made = await synthExample(`secrets/${example}`);
  });

  test('makes these objects, the Job last; each is valid, and passes the restricted profile', () => {
    const kinds = Object.entries(made).map(([file, objects]) => [file, objects.map(({ kind }) => kind)]);
    expect(Object.fromEntries(kinds)).toEqual(
      Object.fromEntries(
        Object.entries(charts).map(([chart, own]) => [`${chart}.k8s.yaml`, [...FOUNDATION, ...own, 'Job']]),
      ),
    );
    for (const object of Object.values(made).flat()) expectValid(object);
  });

  test('the objects of the login, and nothing else, can be applied first by their label', () => {
    for (const [file, objects] of Object.entries(made)) {
      const labelled = objects.filter(
        ({ metadata }) => metadata.labels?.['app.kubernetes.io/component'] === 'database-login',
      );
      expect(labelled.map(({ kind }) => kind)).toEqual(charts[file.replace('.k8s.yaml', '')]);
    }
  });

  test('has no value of a login in it', () => {
    for (const objects of Object.values(made)) {
      for (const container of containersOf(only(objects, 'Job'))) {
        const { PGPASSWORD, DATABASE_URL } = envOf(container);
        expect([PGPASSWORD, DATABASE_URL]).toEqual([undefined, undefined]);
      }
    }
  });

  if (example === 'vault') {
    test('is valid and restricted also when the injector is done', () => {
      for (const objects of Object.values(made)) {
        const job = structuredClone(only(objects, 'Job'));
        const template = jobSpec(job).template as { spec: Parameters<typeof podSecurityProblems>[0] };
        template.spec = injectVaultAgent(template.spec, jobSpec(job).template.metadata.annotations ?? {});
        expect(schemaProblems(job)).toEqual([]);
        expect(podSecurityProblems(template.spec)).toEqual([]);
      }
    });
  }
});
