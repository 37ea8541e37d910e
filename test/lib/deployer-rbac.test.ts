import { App, Chart } from 'cdk8s';
import { ServiceAccount } from 'cdk8s-plus-28';
import {
  DatabaseCredentials,
  DatabaseMigration,
  type DatabaseMigrationProps,
  Delivery,
  DeployerRbac,
  DeployerSubject,
  ExternalSecretStore,
  MigrationFiles,
  PolicyKind,
} from '../../lib';
import {
  type KubeObject,
  minimalEndpoint,
  minimalJobProps,
  only,
  problemsOf,
  synthChart,
  withMigrationsFolder,
} from '../support/synth';
import { synthMigration } from '../support/synth-migration';

const subjects = [DeployerSubject.serviceAccount('ci', 'tools')];

function synthDeployer(props: Partial<DatabaseMigrationProps> = {}): KubeObject[] {
  const all = { ...minimalJobProps(), endpoint: minimalEndpoint(), objectName: 'orders', ...props };
  const migration = new DatabaseMigration(new Chart(new App(), 'orders'), 'Db', all);
  return synthChart((chart) => migration.addDeployer(chart, 'Deployer', { subjects, name: 'deployer' }));
}

interface Rule {
  readonly apiGroups: string[];
  readonly resources: string[];
  readonly resourceNames?: string[];
  readonly verbs: string[];
}

/** The rules of the deployer's own role, by resource. */
function rulesOf(
  objects: readonly KubeObject[],
): Record<string, [names: string[] | undefined, verbs: string]> {
  const role = objects.find(({ kind, metadata }) => kind === 'Role' && metadata.name === 'deployer');
  return Object.fromEntries(
    ((role?.rules ?? []) as Rule[]).map(({ apiGroups, resources, resourceNames, verbs }) => [
      `${resources.join()}.${apiGroups.join()}`,
      [resourceNames, verbs.join()],
    ]),
  );
}

describe('DeployerRbac', () => {
  test('names everything beside the Job, and may apply the identity of the Jobs only as it is', () => {
    expect(rulesOf(synthDeployer())).toEqual({
      'jobs.batch': [undefined, 'create,delete,get,list,patch,watch'],
      'pods.': [undefined, 'get,list,watch'],
      'pods/log.': [undefined, 'get'],
      'events.': [undefined, 'list,watch'],
      'serviceaccounts.': [['orders'], 'get,patch'],
      'roles.rbac.authorization.k8s.io': [['orders'], 'get,patch'],
      'rolebindings.rbac.authorization.k8s.io': [['orders'], 'get,patch'],
      'networkpolicies.networking.k8s.io': [['orders'], 'create,get,patch'],
    });
  });

  test('knows the objects of a login and other kinds of policy', () => {
    const from = { key: 'prod/orders', property: 'x' };
    const credentials = DatabaseCredentials.fromExternalSecret({
      name: 'orders-db',
      store: ExternalSecretStore.secretStore('aws'),
      ...{ userFrom: from, passwordFrom: from, database: 'd', host: 'db.example.com' },
    });
    const policyKind = PolicyKind.CILIUM_NETWORK_POLICY;
    expect(rulesOf(synthDeployer({ credentials, policyKind }))).toMatchObject({
      'externalsecrets.external-secrets.io': [['orders-db'], 'create,get,patch'],
      'ciliumnetworkpolicies.cilium.io': [['orders'], 'create,get,patch'],
    });
  });

  test.each(['secrets', 'pods/exec', 'pods/attach', 'pods/portforward', 'serviceaccounts/token', '*'])(
    'gives no right on %s, and none to bind or escalate',
    (resource) => {
      const rules = (synthDeployer().find(({ metadata }) => metadata.name === 'deployer')?.rules ??
        []) as Rule[];
      expect(rules.flatMap(({ resources }) => resources)).not.toContain(resource);
      for (const verb of ['bind', 'escalate', 'impersonate', '*']) {
        expect(rules.flatMap(({ verbs }) => verbs)).not.toContain(verb);
      }
    },
  );

  test('comes with account, role and binding of the Jobs, exactly as they stand beside the Job', () => {
    const isIdentity = ({ kind, metadata }: KubeObject) =>
      ['ServiceAccount', 'Role', 'RoleBinding'].includes(kind) && metadata.name === 'orders';
    for (const delivery of [undefined, Delivery.argoCd()]) {
      const shared = synthDeployer({ delivery }).filter(isIdentity);
      expect(shared).toHaveLength(3);
      expect(shared).toEqual(synthMigration({ objectName: 'orders', delivery }).filter(isIdentity));
    }
  });

  test('of an account that exists already, only role and binding', () => {
    const holder = new Chart(new App(), 'own');
    const serviceAccount = ServiceAccount.fromServiceAccountName(holder, 'Account', 'own');
    const kinds = synthDeployer({ serviceAccount }).map(({ kind }) => kind);
    expect(kinds).toEqual(['Role', 'RoleBinding', 'Role', 'RoleBinding']);
    expect(rulesOf(synthDeployer({ serviceAccount }))).not.toHaveProperty(['serviceaccounts.']);
  });

  test('takes in what is made beside the migration', () => {
    withMigrationsFolder((localFolder) => {
      const files = new MigrationFiles(new Chart(new App(), 'files'), 'Files', { localFolder });
      const objects = synthChart(
        (chart) => new DeployerRbac(chart, 'Own', { name: 'deployer', subjects, delivers: [files] }),
      );
      expect(rulesOf(objects)).toMatchObject({ 'configmaps.': [['db-migration-files'], 'create,get,patch'] });
    });
  });

  test.each([
    ['serviceaccount:tools/ci', { kind: 'ServiceAccount', name: 'ci', namespace: 'tools' }],
    [
      'user:github:repo:org/app:environment:prod',
      { kind: 'User', name: 'github:repo:org/app:environment:prod' },
    ],
    ['group:oidc:deployers', { kind: 'Group', name: 'oidc:deployers' }],
  ])('binds %s', (text, expected) => {
    const objects = synthChart(
      (chart) => new DeployerRbac(chart, 'Own', { subjects: [DeployerSubject.parse(text)], delivers: [] }),
    );
    expect(only(objects, 'RoleBinding').subjects).toMatchObject([expected]);
  });

  test.each(['', 'ci', 'serviceaccount:ci', 'serviceaccount:a/b/c', 'group:'])('refuses %j', (text) => {
    expect(problemsOf(() => DeployerSubject.parse(text))).toEqual([
      `subject: ${JSON.stringify(text)} names nobody; write "group:NAME", "user:NAME" or "serviceaccount:NAMESPACE/NAME"`,
    ]);
  });

  test('is refused for nobody, in the chart of the migration, and for Helm', () => {
    const migration = (delivery?: Delivery) => {
      const props = { ...minimalJobProps(), endpoint: minimalEndpoint(), delivery };
      return new DatabaseMigration(new Chart(new App(), 'orders'), 'Db', props);
    };
    const other = () => new Chart(new App(), 'other');
    expect(problemsOf(() => migration().addDeployer(other(), 'Deployer', { subjects: [] }))).toEqual([
      'subjects: [] gives the rights to nobody; give at least one',
    ]);
    expect(
      problemsOf(() => {
        const own = migration();
        own.addDeployer(own, 'Deployer', { subjects });
      }),
    ).toEqual([
      'scope: the chart of the rights is that of the migration, and nobody can give rights to himself; give it a chart of its own',
    ]);
    expect(
      problemsOf(() => migration(Delivery.helm()).addDeployer(other(), 'Deployer', { subjects })),
    ).toEqual([expect.stringContaining('delivery: Helm deletes and makes anew what it delivers')]);
  });
});
