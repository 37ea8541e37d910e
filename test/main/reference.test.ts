import { Duration, Size, Yaml } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import { DatabaseMigration, DatabaseRollback, MigrationSource, RollbackKeep } from '../../lib';
import { type KubeObject, minimalEndpoint, minimalJobProps, synthChart } from '../support/synth';
import { composition, normalized } from '../support/synth-differences';
import { synthMain } from '../support/synth-main';

/**
 * What the reference manifests choose beyond the defaults of the constructs, which have their own snapshots:
 * so a changed default changes exactly one. What the migrations folder decides (digests, scripts, the target)
 * is left out; `dist/` shows it.
 */
describe('reference manifests, where they differ from the defaults', () => {
  const { files } = synthMain();
  const migrations = MigrationSource.fromImage({ localFolder: 'migrations' });
  const props = { ...minimalJobProps(), migrations, endpoint: minimalEndpoint() };
  const reference = (path: string): KubeObject[] =>
    parseAllDocuments(files[path] ?? '').map((document) => normalized(document.toJS() as KubeObject));

  test('db-migration.yaml', () => {
    const defaults = synthChart((chart) => new DatabaseMigration(chart, 'Db', props)).map(normalized);
    expect(Yaml.stringify(composition(reference('db-migration.yaml'), defaults))).toMatchSnapshot();
  });

  test('manual/db-rollback.yaml, whose other objects are those of db-migration.yaml', () => {
    const target = migrations.oneStepBack ?? 'empty';
    // Of the settings of a rollback, what loses data stands in the manifest even where it is the default.
    const shown = {
      delay: Duration.seconds(10),
      keep: RollbackKeep.KEEP,
      keepLimit: Size.gibibytes(1),
      tokenLifetime: Duration.hours(1),
    };
    const standAlone = synthChart((chart) => {
      new DatabaseRollback(chart, 'Db', { ...props, target, ...shown });
    });
    const shared = reference('db-migration.yaml').filter(({ kind }) => kind !== 'Job');
    const defaults = [...shared, ...standAlone.map(normalized)];
    expect(Yaml.stringify(composition(reference('manual/db-rollback.yaml'), defaults))).toMatchSnapshot();
  });
});
