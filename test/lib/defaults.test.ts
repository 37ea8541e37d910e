import { App, Chart, Yaml } from 'cdk8s';
import {
  DatabaseMigration,
  DatabaseRollback,
  DbEgressPolicy,
  MigrationFiles,
  MigrationJob,
  MigrationRbac,
  MigrationSource,
  RollbackJob,
  RollbackScripts,
} from '../../lib';
import {
  type KubeObject,
  minimalEndpoint,
  minimalJobProps,
  synthChart,
  withMigrationsFolder,
} from '../support/synth';
import { composition, differences, normalized } from '../support/synth-differences';

/**
 * One snapshot for each construct's defaults, so that a changed default changes exactly one: what a construct
 * shares with another one is shown only there, and the rest as differences. The reference manifests need no
 * second copy: `dist/` is committed, reviewed and compared byte by byte (test/main/dist.test.ts), and
 * test/main/reference.test.ts shows what they choose beyond the defaults.
 */
describe('defaults', () => {
  const jobProps = minimalJobProps();
  const endpoint = minimalEndpoint();
  const of = (build: (chart: Chart) => void) => synthChart(build).map(normalized);
  const migrationJob = of((chart) => new MigrationJob(chart, 'Construct', jobProps));
  const rollbackJob = of(
    (chart) => new RollbackJob(chart, 'Construct', { ...jobProps, target: '0001_second' }),
  );
  const rbac = of((chart) => new MigrationRbac(chart, 'Construct', { secretNames: ['db-login'] }));
  const policy = of((chart) => new DbEgressPolicy(chart, 'Construct', { endpoint }));
  const named = of((chart) => {
    new MigrationRbac(chart, 'Rbac', { name: 'db', secretNames: ['db-login'] });
    new DbEgressPolicy(chart, 'Policy', { name: 'db', endpoint });
  });

  test('MigrationJob', () => {
    expect(Yaml.stringify(...migrationJob)).toMatchSnapshot();
  });

  test('RollbackJob, where it differs from MigrationJob', () => {
    expect(Yaml.stringify(differences(rollbackJob[0], migrationJob[0]))).toMatchSnapshot();
  });

  test('MigrationRbac', () => {
    expect(Yaml.stringify(...rbac)).toMatchSnapshot();
  });

  test('DbEgressPolicy', () => {
    expect(Yaml.stringify(...policy)).toMatchSnapshot();
  });

  test('RollbackScripts', () => {
    const scripts = withMigrationsFolder((localFolder) => {
      const migrations = MigrationSource.fromImage({ localFolder });
      return of((chart) => new RollbackScripts(chart, 'Construct', { migrations }));
    });
    expect(Yaml.stringify(...scripts)).toMatchSnapshot();
  });

  test('MigrationFiles', () => {
    const files = withMigrationsFolder((localFolder) =>
      of((chart) => new MigrationFiles(chart, 'Construct', { localFolder })),
    );
    expect(Yaml.stringify(...files)).toMatchSnapshot();
  });

  test('DatabaseMigration, where its objects differ from those of the single constructs', () => {
    const objects = of(
      (chart) => new DatabaseMigration(chart, 'Construct', { ...jobProps, endpoint, objectName: 'db' }),
    );
    expect(Yaml.stringify(composition(objects, [...named, ...migrationJob]))).toMatchSnapshot();
  });

  test('DatabaseRollback, where its objects differ from those of DatabaseMigration and RollbackJob', () => {
    const migration = of(
      (chart) => new DatabaseMigration(chart, 'Construct', { ...jobProps, endpoint, objectName: 'db' }),
    );
    const standAlone = of((chart) => {
      new RollbackJob(chart, 'Construct', { ...jobProps, target: '0001_second', instance: 'db' });
    });
    const objects: KubeObject[] = [];
    const chart = new Chart(new App(), 'test');
    new DatabaseRollback(chart, 'Construct', {
      ...jobProps,
      endpoint,
      objectName: 'db',
      target: '0001_second',
    });
    objects.push(...chart.toJson().map(normalized));
    const shared = migration.filter(({ kind }) => kind !== 'Job');
    expect(Yaml.stringify(composition(objects, [...shared, ...standAlone]))).toMatchSnapshot();
  });
});
