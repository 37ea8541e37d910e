import { App, Chart } from 'cdk8s';
import { DatabaseMigration, MigrationFiles, MigrationJob, MigrationSource, RollbackJob } from '../../lib';
import {
  containersOf,
  expectValid,
  jobSpec,
  type KubeObject,
  minimalEndpoint,
  minimalJobProps,
  only,
  synthChart,
  withMigrationsFolder,
} from '../support/synth';

/** Design, section 3: field by field, on every pod that the library can make. */
describe('hardening', () => {
  const jobs: [string, KubeObject][] = withMigrationsFolder((localFolder) => {
    const props = {
      ...minimalJobProps(),
      migrations: MigrationSource.fromImage({ localFolder }),
      endpoint: minimalEndpoint(),
    };
    const manual = new Chart(new App(), 'manual');
    const migration = only(
      synthChart((chart) => {
        new DatabaseMigration(chart, 'Db', props).addRollback(manual, 'Rollback', { target: 'empty' });
      }),
      'Job',
    );
    const rollback = only(manual.toJson(), 'Job');
    expectValid(rollback);
    return [
      [
        'MigrationJob',
        only(
          synthChart((chart) => new MigrationJob(chart, 'Job', minimalJobProps())),
          'Job',
        ),
      ],
      [
        'MigrationJob with its own command',
        only(
          synthChart(
            (chart) => new MigrationJob(chart, 'Job', { ...minimalJobProps(), command: { command: ['x'] } }),
          ),
          'Job',
        ),
      ],
      [
        'MigrationJob with files from a ConfigMap',
        only(
          synthChart((chart) => {
            const { source } = new MigrationFiles(chart, 'Files', { localFolder });
            new MigrationJob(chart, 'Job', { ...minimalJobProps(), migrations: source });
          }),
          'Job',
        ),
      ],
      [
        'RollbackJob',
        only(
          synthChart((chart) => new RollbackJob(chart, 'Job', { ...minimalJobProps(), target: 'empty' })),
          'Job',
        ),
      ],
      ['DatabaseMigration', migration],
      ['DatabaseRollback', rollback],
    ];
  });

  describe.each(jobs)('%s', (_name, job) => {
    const pod = jobSpec(job).template.spec;

    test.each<[string, unknown, unknown]>([
      ['runAsNonRoot', pod.securityContext?.runAsNonRoot, true],
      ['runAsUser', pod.securityContext?.runAsUser, 1000],
      ['runAsGroup', pod.securityContext?.runAsGroup, 1000],
      ['fsGroup', pod.securityContext?.fsGroup, 1000],
      ['seccompProfile', pod.securityContext?.seccompProfile, { type: 'RuntimeDefault' }],
      ['automountServiceAccountToken', pod.automountServiceAccountToken, false],
      ['enableServiceLinks', pod.enableServiceLinks, false],
      ['hostNetwork', pod.hostNetwork, undefined],
      ['restartPolicy', pod.restartPolicy, 'Never'],
    ])('pod: %s', (_field, found, expected) => {
      expect(found).toEqual(expected);
    });

    test('two containers, each with the whole securityContext', () => {
      expect(containersOf(job)).toHaveLength(2);
      for (const { securityContext } of containersOf(job)) {
        expect(securityContext).toEqual({
          runAsNonRoot: true,
          runAsUser: 1000,
          runAsGroup: 1000,
          privileged: false,
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
          seccompProfile: { type: 'RuntimeDefault' },
        });
      }
    });

    test('a pod that is drained or preempted counts as no attempt: that rule comes first', () => {
      const { rules } = jobSpec(job).podFailurePolicy as { rules: unknown[] };
      expect(rules[0]).toEqual({
        action: 'Ignore',
        onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }],
      });
    });

    test('every container has requests and limits of every kind', () => {
      for (const { resources } of containersOf(job)) {
        for (const bound of ['requests', 'limits']) {
          expect(Object.keys(resources?.[bound] ?? {}).sort()).toEqual([
            'cpu',
            'ephemeral-storage',
            'memory',
          ]);
        }
      }
    });

    test('only bounded emptyDirs can be written', () => {
      const volumes = new Map((pod.volumes ?? []).map((volume) => [volume.name, volume]));
      for (const { volumeMounts = [] } of containersOf(job)) {
        for (const mount of volumeMounts) {
          const emptyDir = volumes.get(mount.name)?.emptyDir;
          if (emptyDir) expect(emptyDir).toEqual({ sizeLimit: '64Mi' });
          else expect(mount.readOnly).toBe(true);
        }
      }
    });
  });
});
