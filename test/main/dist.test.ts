import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { containersOf, envOf, expectValid, jobSpec, type KubeObject, only } from '../support/synth';
import { filesIn, ROOT, synthMain } from '../support/synth-main';

const committed = filesIn(join(ROOT, 'dist'));
const objectsOf = (path: string): KubeObject[] =>
  parseAllDocuments(committed[path] ?? '').map((document) => document.toJS() as KubeObject);

describe('dist/', () => {
  test('is what main.ts makes today; if not, run `npm run synth` and commit it', () => {
    const { code, stderr, files } = synthMain();
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(files).toEqual(committed);
  });

  test('holds manifests only, the rollback apart', () => {
    expect(Object.keys(committed)).toEqual([
      'db-migration.yaml',
      'manual/db-rollback.yaml',
      'manual/deployer-rbac.yaml',
    ]);
  });

  test.each(Object.keys(committed))('%s passes the schemas and the Pod Security check', (path) => {
    for (const object of objectsOf(path)) expectValid(object);
  });

  test.each([
    ['db-migration.yaml', 'db-migration'],
    ['manual/db-rollback.yaml', 'db-rollback'],
  ])('%s has the objects of the design, the Job last', (path, job) => {
    expect(objectsOf(path).map(({ kind, metadata }) => [kind, metadata.name])).toEqual([
      ['ServiceAccount', 'teei-db-migration'],
      ['Role', 'teei-db-migration'],
      ['RoleBinding', 'teei-db-migration'],
      ['ConfigMap', 'teei-migration-scripts'],
      ['NetworkPolicy', 'teei-db-migration'],
      ['Job', expect.stringMatching(new RegExp(`^${job}-[0-9a-f]{8}$`))],
    ]);
  });

  test('the rights of who deploys come with the account of the Jobs as it is', () => {
    const kinds = ['ServiceAccount', 'Role', 'RoleBinding'];
    const identity = objectsOf('db-migration.yaml').filter(({ kind }) => kinds.includes(kind));
    const made = objectsOf('manual/deployer-rbac.yaml');
    expect(made.slice(0, 3)).toEqual(identity);
    expect(made.slice(3).map(({ kind, metadata }) => [kind, metadata.name])).toEqual([
      ['Role', 'teei-db-migration-deployer'],
      ['RoleBinding', 'teei-db-migration-deployer'],
    ]);
  });

  test('the account may get exactly the login and the scripts', () => {
    const { rules } = only(objectsOf('db-migration.yaml'), 'Role');
    expect(rules).toEqual([
      { apiGroups: [''], resources: ['secrets'], resourceNames: ['teei-shared-db-secrets'], verbs: ['get'] },
      {
        apiGroups: [''],
        resources: ['configmaps'],
        resourceNames: ['teei-migration-scripts'],
        verbs: ['get'],
      },
    ]);
  });

  test('the ConfigMap has the rollback script of each of the fourteen migrations', () => {
    const { data } = only(objectsOf('db-migration.yaml'), 'ConfigMap');
    const numbers = Array.from({ length: 14 }, (_, index) => String(index).padStart(4, '0'));
    expect(Object.keys(data ?? {}).sort()).toEqual(numbers.map((number) => `${number}_rollback.sql`));
  });

  test('the rollback goes one step back and is not confirmed', () => {
    const job = only(objectsOf('manual/db-rollback.yaml'), 'Job');
    expect(jobSpec(job).backoffLimit).toBe(0);
    for (const container of containersOf(job)) {
      expect(envOf(container)).toMatchObject({
        ROLLBACK_TARGET: expect.stringMatching(/^0012_/),
        ROLLBACK_CONFIRM: '',
      });
    }
  });
});
