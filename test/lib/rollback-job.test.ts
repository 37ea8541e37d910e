import { Duration, Size } from 'cdk8s';
import { EnvValue } from 'cdk8s-plus-28';
import { finalExitCodes } from '../../core/contract';
import {
  MigrationJob,
  MigrationSource,
  RollbackJob,
  type RollbackJobProps,
  RollbackKeep,
  RollbackScripts,
} from '../../lib';
import {
  containersOf,
  envOf,
  jobSpec,
  minimalJobProps,
  only,
  problemsOf,
  synthChart,
  withMigrationsFolder,
} from '../support/synth';

function rollbackJob(props: Partial<RollbackJobProps> = {}) {
  const all = { ...minimalJobProps(), target: '0001_second', ...props };
  return only(
    synthChart((chart) => new RollbackJob(chart, 'Rollback', all)),
    'Job',
  );
}

describe('RollbackJob', () => {
  test('the check is the init container, the rollback the main one; neither has a command', () => {
    const [init, main] = containersOf(rollbackJob());
    expect(init).toMatchObject({ name: 'pre-rollback-check', args: ['rollback-preflight'] });
    expect(main).toMatchObject({ name: 'rollback', args: ['rollback'] });
    expect([init, main].some((container) => container && 'command' in container)).toBe(false);
  });

  test('is never retried by itself, and ends on final exit codes', () => {
    const { backoffLimit, podFailurePolicy } = jobSpec(rollbackJob());
    expect(backoffLimit).toBe(0);
    expect(podFailurePolicy).toEqual({
      rules: [
        { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
        ...['pre-rollback-check', 'rollback'].map((containerName) => ({
          action: 'FailJob',
          onExitCodes: { containerName, operator: 'In', values: finalExitCodes() },
        })),
      ],
    });
  });

  test('shows an empty confirmation, so that a reviewer sees that there is none', () => {
    for (const container of containersOf(rollbackJob())) {
      expect(envOf(container)).toMatchObject({
        ROLLBACK_TARGET: '0001_second',
        ROLLBACK_CONFIRM: '',
        ROLLBACK_DELAY_SECONDS: '10',
        CONTRACT_VERSION: '1',
      });
      expect(envOf(container)).not.toHaveProperty('ROLLBACK_FOLDER');
    }
  });

  test('takes confirmation, who gave it, and delay', () => {
    const confirmed = { confirmation: 'ab12-cd34', confirmedBy: 'Ann, change 4711' };
    const job = rollbackJob({ ...confirmed, delay: Duration.seconds(0) });
    expect(envOf(containersOf(rollbackJob())[1])).not.toHaveProperty('CONFIRMED_BY');
    expect(envOf(containersOf(job)[1])).toMatchObject({
      ROLLBACK_CONFIRM: 'ab12-cd34',
      CONFIRMED_BY: 'Ann, change 4711',
      ROLLBACK_DELAY_SECONDS: '0',
    });
  });

  test('keep, limits and lifetime reach both containers in the units of the contract', () => {
    const job = rollbackJob({
      keep: RollbackKeep.DISCARD,
      keepLimit: Size.gibibytes(5),
      countLimit: 0,
      tokenLifetime: Duration.minutes(30),
    });
    for (const container of containersOf(job)) {
      expect(envOf(container)).toMatchObject({
        ROLLBACK_KEEP: 'discard',
        ROLLBACK_KEEP_LIMIT_MB: '5120',
        ROLLBACK_COUNT_LIMIT: '0',
        ROLLBACK_TOKEN_SECONDS: '1800',
      });
    }
  });

  test('what is left out, the runner decides', () => {
    const names = Object.keys(envOf(containersOf(rollbackJob())[1]));
    expect(names.filter((name) => /KEEP|COUNT|TOKEN/.test(name))).toEqual([]);
  });

  test('another confirmation is another Job', () => {
    expect(rollbackJob().metadata.name).toMatch(/^db-rollback-[0-9a-f]{8}$/);
    expect(rollbackJob({ confirmation: 'x' }).metadata.name).not.toBe(rollbackJob().metadata.name);
    expect(rollbackJob().metadata.labels).toMatchObject({ 'app.kubernetes.io/name': 'db-rollback' });
  });

  test('mounts scripts read-only at their own paths, and says where', () => {
    const objects = withMigrationsFolder((localFolder) =>
      synthChart((chart) => {
        const migrations = MigrationSource.fromImage({ localFolder });
        const scripts = new RollbackScripts(chart, 'Scripts', { migrations });
        new RollbackJob(chart, 'Rollback', {
          ...minimalJobProps(),
          migrations,
          scripts,
          target: '0000_first',
        });
      }),
    );
    const job = only(objects, 'Job');
    for (const container of containersOf(job)) {
      expect(container.volumeMounts).toContainEqual({
        name: 'rollback-scripts',
        mountPath: '/var/run/drizzle-gate/rollback',
        readOnly: true,
      });
      expect(envOf(container).ROLLBACK_FOLDER).toBe('/var/run/drizzle-gate/rollback');
    }
    expect(jobSpec(job).template.spec.volumes).toContainEqual({
      name: 'rollback-scripts',
      configMap: {
        name: 'db-rollback-scripts',
        items: ['0000', '0001', '0002'].map((number) => ({
          key: `${number}_rollback.sql`,
          path: `rollback/${number}_rollback.sql`,
        })),
      },
    });
    expect(jobSpec(job).template.metadata.annotations).toMatchObject({
      'drizzle-gate/rollback-scripts': expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });
});

describe('RollbackJob: refusals', () => {
  const withJournal = (target: string) =>
    withMigrationsFolder(
      (localFolder) =>
        problemsOf(() => rollbackJob({ target, migrations: MigrationSource.fromImage({ localFolder }) })),
      ['0000_a', '0001_b', '0001_c', '0002_d'],
    );

  test('a target that is not in the journal names those that are', () => {
    expect(withJournal('0007_x')).toEqual([
      'target: "0007_x" is no migration of the journal; give a tag, for example "0001_b", "0001_c", "0002_d", "empty"',
    ]);
  });

  test('a number that two migrations share', () => {
    expect(withJournal('0001')).toEqual(['target: "0001" can mean 0001_b or 0001_c; give the whole tag']);
  });

  test.each(['0000_a', '0002', 'empty'])('%s is accepted', (target) => {
    withMigrationsFolder(
      (localFolder) => {
        const job = rollbackJob({ target, migrations: MigrationSource.fromImage({ localFolder }) });
        expect(envOf(containersOf(job)[0]).ROLLBACK_TARGET).toBe(target);
      },
      ['0000_a', '0001_b', '0001_c', '0002_d'],
    );
  });

  test.each<[string, Partial<RollbackJobProps>, string]>([
    [
      'no target',
      { target: ' ' },
      'target: " " is empty; give the tag of the last migration that stays, or "empty"',
    ],
    [
      'a confirmation with spaces',
      { confirmation: 'ab ' },
      'confirmation: "ab " has spaces around it; give the token as it was printed',
    ],
    [
      'a delay beyond the contract',
      { delay: Duration.hours(2) },
      'delay: 7200 seconds is out of range; give a whole number of seconds from 0 to 3600',
    ],
    [
      'a limit that is no whole number of the unit',
      { keepLimit: Size.kibibytes(1536) },
      'keepLimit: 1.5 mebibytes is out of range; give a whole number of mebibytes from 0 to 1048576',
    ],
    [
      'a count that is no number of rows',
      { countLimit: -1 },
      'countLimit: -1 is out of range; give a whole number from 0 to 1000000000',
    ],
    [
      'nobody as who confirmed',
      { confirmedBy: ' ' },
      'confirmedBy: " " is empty; give a name, or leave it out',
    ],
    [
      'a lifetime in which nobody can read the plan',
      { tokenLifetime: Duration.seconds(5) },
      'tokenLifetime: 5 seconds is out of range; give a whole number of seconds from 60 to 604800',
    ],
    [
      'the choice to keep as a variable',
      { env: { ROLLBACK_KEEP: EnvValue.fromValue('discard') } },
      'env: "ROLLBACK_KEEP" is set by the construct; set keep of a RollbackJob instead',
    ],
    [
      'the target as a variable',
      { env: { ROLLBACK_TARGET: EnvValue.fromValue('x') } },
      'env: "ROLLBACK_TARGET" is set by the construct; set target of a RollbackJob instead',
    ],
  ])('%s', (_what, props, problem) => {
    expect(problemsOf(() => rollbackJob(props))).toEqual([problem]);
  });

  test('a chart with a MigrationJob: one kubectl apply would run both', () => {
    const synth = () =>
      synthChart((chart) => {
        new MigrationJob(chart, 'Migration', minimalJobProps());
        new RollbackJob(chart, 'Rollback', { ...minimalJobProps(), target: 'empty' });
      });
    expect(problemsOf(synth).join()).toContain(
      '[test/Rollback] a RollbackJob shares its chart with a MigrationJob, so that one `kubectl apply` would run both; give it a chart of its own',
    );
  });
});
