import { App, Chart } from 'cdk8s';
import { ServiceAccount } from 'cdk8s-plus-28';
import { DatabaseMigration, type DatabaseMigrationProps, MigrationFiles, MigrationSource } from '../../lib';
import {
  containersOf,
  envOf,
  expectValid,
  jobSpec,
  type KubeObject,
  minimalEndpoint,
  minimalJobProps,
  only,
  problemsOf,
  synthChart,
  withMigrationsFolder,
} from '../support/synth';

const minimalProps = (): DatabaseMigrationProps => ({ ...minimalJobProps(), endpoint: minimalEndpoint() });
const migrate = (props: Partial<DatabaseMigrationProps> = {}, namespace?: string) =>
  synthChart((chart) => new DatabaseMigration(chart, 'Db', { ...minimalProps(), ...props }), { namespace });
const kinds = (objects: KubeObject[]) => objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`);

describe('DatabaseMigration', () => {
  const objects = withMigrationsFolder((localFolder) =>
    migrate({
      migrations: MigrationSource.fromImage({ localFolder }),
      objectName: 'orders',
      rollbackScriptsName: 'orders-scripts',
      name: 'orders-7',
    }),
  );

  test('makes everything in the order in which it must be applied, the Job last', () => {
    expect(kinds(objects)).toEqual([
      'ServiceAccount/orders',
      'Role/orders',
      'RoleBinding/orders',
      'ConfigMap/orders-scripts',
      'NetworkPolicy/orders',
      'Job/orders-7',
    ]);
  });

  test('by default all of them are called db-migration, and the scripts db-rollback-scripts', () => {
    withMigrationsFolder((localFolder) => {
      const names = migrate({ migrations: MigrationSource.fromImage({ localFolder }) }).map(
        ({ metadata }) => metadata.name,
      );
      expect(names).toEqual([
        ...Array(3).fill('db-migration'),
        'db-rollback-scripts',
        'db-migration',
        expect.stringMatching(/^db-migration-[0-9a-f]{8}$/),
      ]);
    });
  });

  test('the account may get exactly the login and the scripts', () => {
    const { rules } = only(objects, 'Role') as unknown as { rules: { resourceNames: string[] }[] };
    expect(rules.map(({ resourceNames }) => resourceNames)).toEqual([['db-login'], ['orders-scripts']]);
  });

  test('the Job runs as the account, and the policy selects its pod and no other migration of the namespace', () => {
    const { metadata, spec } = jobSpec(only(objects, 'Job')).template;
    expect(spec.serviceAccountName).toBe('orders');
    const { podSelector } = only(objects, 'NetworkPolicy').spec as { podSelector: { matchLabels: object } };
    expect(podSelector.matchLabels).toEqual({
      'app.kubernetes.io/component': 'database-migration',
      'app.kubernetes.io/instance': 'orders',
    });
    expect(metadata.labels).toMatchObject(podSelector.matchLabels);
  });

  test('without a local folder, or by request, there are no rollback scripts', () => {
    const without = ['ServiceAccount', 'Role', 'RoleBinding', 'NetworkPolicy', 'Job'];
    expect(migrate().map(({ kind }) => kind)).toEqual(without);
    withMigrationsFolder((localFolder) => {
      const migrations = MigrationSource.fromImage({ localFolder });
      expect(migrate({ migrations, includeRollbackScripts: false }).map(({ kind }) => kind)).toEqual(without);
    });
  });

  test('migrations from a ConfigMap: the account may get it', () => {
    const made = withMigrationsFolder((localFolder) =>
      synthChart((chart) => {
        const { source } = new MigrationFiles(chart, 'Files', { localFolder });
        new DatabaseMigration(chart, 'Db', { ...minimalProps(), migrations: source });
      }),
    );
    const { rules } = only(made, 'Role') as unknown as { rules: { resourceNames: string[] }[] };
    expect(rules.map(({ resourceNames }) => resourceNames)).toEqual([
      ['db-login'],
      ['db-rollback-scripts'],
      ['db-migration-files'],
    ]);
  });

  test('an account that exists already is used and not made', () => {
    const own = synthChart((chart) => {
      const serviceAccount = ServiceAccount.fromServiceAccountName(chart, 'Own', 'own');
      new DatabaseMigration(chart, 'Db', { ...minimalProps(), serviceAccount });
    });
    expect(own.map(({ kind }) => kind)).not.toContain('ServiceAccount');
    expect(jobSpec(only(own, 'Job')).template.spec.serviceAccountName).toBe('own');
  });

  test('every object is in the namespace of the chart', () => {
    for (const { metadata } of migrate({}, 'teei')) expect(metadata.namespace).toBe('teei');
  });

  test('two databases in one chart need names of their own', () => {
    const both = (objectName: string) =>
      synthChart((chart) => {
        new DatabaseMigration(chart, 'Orders', minimalProps());
        new DatabaseMigration(chart, 'Stock', { ...minimalProps(), objectName });
      });
    expect(both('stock')).toHaveLength(10);
    expect(problemsOf(() => both('db-migration')).join()).toContain(
      '[test/Orders] objectName "db-migration" is also that of test/Stock; give each database an objectName and a rollbackScriptsName of its own',
    );
  });

  test('problems of every part stand in one error, under the names that the caller wrote', () => {
    withMigrationsFolder((localFolder) => {
      const problems = problemsOf(() =>
        migrate(
          {
            migrations: MigrationSource.fromImage({ localFolder }),
            image: 'app:latest',
            objectName: 'A',
            rollbackScriptsName: 'B',
            rollbackScriptsSince: 'x',
            extraEgress: [{ peer: minimalEndpoint().peers[0] as never, port: 0 }],
          },
          'Wrong_Namespace',
        ),
      );
      expect(problems.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
        'objectName: "A"',
        'rollbackScriptsName: "B"',
        'namespace: "Wrong_Namespace"',
        'rollbackScriptsSince: "x"',
        'extraEgress: 0',
        'image: "app:latest"',
      ]);
    });
  });
});

describe('DatabaseMigration.addRollback', () => {
  test('makes a rollback that can be applied alone, with the same settings', () => {
    withMigrationsFolder((localFolder) => {
      const manual = new Chart(new App(), 'manual');
      const migration = synthChart((chart) => {
        new DatabaseMigration(chart, 'Db', {
          ...minimalProps(),
          migrations: MigrationSource.fromImage({ localFolder }),
          name: 'fixed',
          backoffLimit: 5,
        }).addRollback(manual, 'Rollback', { target: '0001_second', confirmation: 'token' });
      });
      const rollback: KubeObject[] = manual.toJson();
      for (const object of rollback) expectValid(object);
      expect(rollback.slice(0, -1)).toEqual(migration.slice(0, -1));
      const job = only(rollback, 'Job');
      expect(job.metadata.name).toMatch(/^db-rollback-[0-9a-f]{8}$/);
      expect(jobSpec(job)).toMatchObject({ backoffLimit: 0 });
      expect(envOf(containersOf(job)[1])).toMatchObject({
        ROLLBACK_TARGET: '0001_second',
        ROLLBACK_CONFIRM: 'token',
        ROLLBACK_FOLDER: '/var/run/drizzle-gate/rollback',
      });
    });
  });

  test('refuses the chart of the migration', () => {
    const build = () =>
      synthChart((chart) =>
        new DatabaseMigration(chart, 'Db', minimalProps()).addRollback(chart, 'Rollback', {
          target: 'empty',
        }),
      );
    expect(problemsOf(build)).toEqual([
      'scope: the chart of the rollback is that of the migration, so that one `kubectl apply` would run both; give it a chart of its own',
    ]);
  });
});
