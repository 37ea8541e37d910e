import { App, Chart } from 'cdk8s';
import { DatabaseMigration, Delivery, MigrationSource, RollbackJob } from '../../lib';
import { annotationsOf, argoCdWaves, fluxOrder } from '../support/delivery-order';
import {
  jobSpec,
  type KubeObject,
  minimalEndpoint,
  minimalJobProps,
  only,
  problemsOf,
  synthChart,
  withMigrationsFolder,
} from '../support/synth';
import { synthMigration } from '../support/synth-migration';

describe('no delivery runs a rollback', () => {
  const rollbackOf = (delivery: Delivery): KubeObject[] =>
    withMigrationsFolder((localFolder) => {
      const migrations = MigrationSource.fromImage({ localFolder });
      const props = { ...minimalJobProps(), endpoint: minimalEndpoint(), migrations, delivery };
      const migration = new DatabaseMigration(new Chart(new App(), 'up'), 'Db', props);
      return synthChart((chart) => migration.addRollback(chart, 'Back', { target: '0001_second' }));
    });

  test('Argo CD and Flux are told to pass over its Job, but not over what the migration needs too', () => {
    expect(argoCdWaves(rollbackOf(Delivery.argoCd())).flat()).not.toContain('Job');
    expect(fluxOrder(rollbackOf(Delivery.flux()))).not.toContain('Job');
    for (const delivery of [Delivery.argoCd(), Delivery.flux()]) {
      const shared = (objects: KubeObject[]) => objects.filter(({ kind }) => kind === 'NetworkPolicy');
      expect(shared(rollbackOf(delivery))).toEqual(shared(synthMigration({ delivery })));
    }
  });

  test('it has a TTL everywhere: a person applies it', () => {
    expect(jobSpec(only(rollbackOf(Delivery.flux()), 'Job')).ttlSecondsAfterFinished).toBe(604_800);
  });

  test('of a chart of Helm: addRollback leaves the delivery out, and to ask for it is refused', () => {
    for (const object of rollbackOf(Delivery.helm()))
      expect(Object.keys(annotationsOf(object)).filter((key) => !key.startsWith('drizzle-gate/'))).toEqual(
        [],
      );
    const asked = () =>
      synthChart((chart) => {
        const props = { ...minimalJobProps(), target: 'empty', delivery: Delivery.helm() };
        new RollbackJob(chart, 'Back', props);
      });
    expect(problemsOf(asked)).toEqual([
      'delivery: Helm would run the rollback with everything else; leave delivery out, and have a person apply the file',
    ]);
  });
});
