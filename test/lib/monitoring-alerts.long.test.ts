import { MigrationMonitoring, WatchedMigration } from '../../lib';
import { type JobStory, jobSeries, replicaSetSeries, samples, series } from '../support/kube-state-metrics';
import { checkRules, rulesOf, runScenarios, type Scenario } from '../support/promtool';
import { only, synthChart } from '../support/synth';

const FAILED = 'DrizzleGateMigrationFailed';
const LONG = 'DrizzleGateMigrationRunningTooLong';
const RETRIED = 'DrizzleGateMigrationRetried';
const LOCKS = 'DrizzleGateMigrationLockWaits';
const ROLLED_BACK = 'DrizzleGateRollbackExecuted';
const ROLLBACK_FAILED = 'DrizzleGateRollbackFailed';
const NO_MIGRATION = 'DrizzleGateNoSuccessfulMigrationSinceDeploy';

const OLD = 'orders-migration-00000001';
const NEW = 'orders-migration-0a1b2c3d';
const ROLLBACK = 'db-rollback-0a1b2c3d';
const job = (name: string, story: JobStory) => jobSeries(name, story);
const of = (job_name: string) => [{ namespace: 'orders', job_name }];
const deployment = [{ namespace: 'orders', deployment: 'orders' }];
const deploy = (minute: number, hash = 'abc') => replicaSetSeries('orders', hash, minute);

const PLACE = {
  db_namespace: 'orders',
  k8s_namespace_name: 'orders',
  deployment_environment_name: 'production',
};
const RUNNER = { job: 'drizzle-gate', instance: '10.0.0.9:9091', ...PLACE };
/** As a Pushgateway has a run, whose group names the command. */
const run = (started: number, waited: number | undefined, source: Record<string, string> = {}) => {
  const own = { ...RUNNER, command: 'migrate', ...source };
  const wait = { ...own, lock: 'statement', obtained: 'true' };
  return {
    [series('drizzle_gate_run_start_time_seconds', own)]: samples(started * 60, started),
    ...(waited !== undefined && {
      [series('drizzle_gate_lock_wait_duration_seconds_sum', wait)]: samples(waited, started),
    }),
  };
};
/** As a collector has it: the waits have no command, and the instance is the run's. */
const collected = (started: number, waited: number, instance: string) => ({
  [series('drizzle_gate_run_start_time_seconds', { ...RUNNER, instance, command: 'migrate' })]: samples(
    started * 60,
    started,
  ),
  [series('drizzle_gate_lock_wait_duration_seconds_sum', {
    ...RUNNER,
    ...{ instance, lock: 'statement', obtained: 'true' },
  })]: samples(waited, started),
});
const ended = (command: string, minute: number, exit_code: string, more: Record<string, string> = {}) => ({
  [series('drizzle_gate_run_end_time_seconds', {
    ...{ ...RUNNER, command, outcome: exit_code === '0' ? 'succeeded' : 'failed', exit_code, ...more },
  })]: samples(minute * 60, minute),
});
const rollback = (minute: number, exit_code: string) => ended('rollback', minute, exit_code);

const SCENARIOS: Scenario[] = [
  {
    name: 'a failed Job is told of until one that was created later succeeds',
    series: {
      ...job(OLD, { created: 0, completed: 1 }),
      ...job(NEW, { created: 10, failed: 12 }),
      ...job('orders-migration-0a1b2c3e', { created: 30, completed: 35 }),
    },
    fires: [
      [11, FAILED, []],
      [12, FAILED, []],
      [13, FAILED, of(NEW)],
      [34, FAILED, of(NEW)],
      [35, FAILED, []],
      [120, FAILED, []],
    ],
  },
  {
    name: 'an earlier success replaces no failure, also one that ended later than the failed Job began',
    series: { ...job(OLD, { created: 0, completed: 11 }), ...job(NEW, { created: 10, failed: 12 }) },
    fires: [[120, FAILED, of(NEW)]],
  },
  {
    name: 'a failed Job that is deleted and applied again under its name ends the alert when it succeeds',
    series: {
      ...job(NEW, { created: 10, failed: 12, removed: 30, source: { instance: 'a' } }),
      ...job(NEW, { created: 31, completed: 33, source: { instance: 'b' } }),
    },
    fires: [
      [29, FAILED, of(NEW)],
      [32, FAILED, of(NEW)],
      [33, FAILED, []],
    ],
  },
  {
    name: 'a Job that succeeded, was deleted, and fails under its name is told of',
    series: {
      ...job(NEW, { created: 10, completed: 12, removed: 30, source: { instance: 'a' } }),
      ...job(NEW, { created: 31, failed: 33, source: { instance: 'b' } }),
    },
    fires: [[34, FAILED, of(NEW)]],
  },
  {
    name: 'a failed Job that is removed ends its alert, and no scrape that is missed does',
    series: job(NEW, { created: 0, failed: 5, removed: 60, gap: [20, 24] }),
    fires: [
      [19, FAILED, of(NEW)],
      [20, FAILED, of(NEW)],
      [23, FAILED, of(NEW)],
      [24, FAILED, of(NEW)],
      [66, FAILED, []],
    ],
  },
  {
    name: 'two replicas of kube-state-metrics make one alert, two clusters two',
    series: {
      ...job(NEW, { created: 0, failed: 5, source: { instance: 'a', cluster: 'west' } }),
      ...job(NEW, { created: 0, failed: 5, source: { instance: 'b', cluster: 'west' } }),
      ...job(NEW, { created: 0, failed: 5, source: { instance: 'a', cluster: 'east' } }),
      ...job(OLD, { created: 20, completed: 21, source: { instance: 'a', cluster: 'east' } }),
    },
    fires: [
      [10, FAILED, ['west', 'east'].map((cluster) => ({ namespace: 'orders', job_name: NEW, cluster }))],
      [30, FAILED, [{ namespace: 'orders', job_name: NEW, cluster: 'west' }]],
    ],
  },
  {
    name: 'Jobs of other databases, of other namespaces, of the command and of a rollback are not those of the migration',
    series: Object.assign(
      {},
      ...[
        'billing-orders-migration-0a1b2c3d',
        'orders-migration-status-0a1b2c3d',
        'orders-migration',
        'orders-migration-2-0a1b2c3d',
        'orders-migration-28384920x',
        ROLLBACK,
      ].map((name) => job(name, { created: 0, failed: 5, failedPods: [2, 1] })),
      job(NEW, { created: 0, failed: 5, failedPods: [2, 1], namespace: 'orders-2' }),
    ),
    fires: [
      [4, RETRIED, []],
      [60, FAILED, []],
      [60, LONG, []],
    ],
  },
  {
    name: 'a Job that has not ended is told of after half an hour, also where its pod never started',
    series: {
      ...job(NEW, { created: 0, completed: 50 }),
      ...job('orders-migration-0000000a', { created: 0, completed: 34 }),
      ...job('orders-migration-0000000b', { created: 0, failed: 34 }),
      ...job('orders-migration-0000000c', { created: 0, removed: 31 }),
    },
    fires: [
      [34, LONG, []],
      [36, LONG, of(NEW)],
      [49, LONG, of(NEW)],
      [50, LONG, []],
    ],
  },
  {
    name: 'a missed scrape does not begin the alert on a long run anew',
    series: job(NEW, { created: 0, gap: [33, 37] }),
    fires: [
      [36, LONG, of(NEW)],
      [39, LONG, of(NEW)],
    ],
  },
  {
    name: 'attempts that failed are told of while the Job goes on, and for an hour when it has succeeded',
    series: job(NEW, { created: 0, failedPods: [5, 2], completed: 20 }),
    fires: [
      [5, RETRIED, []],
      [6, RETRIED, of(NEW)],
      [79, RETRIED, of(NEW)],
      [80, RETRIED, []],
      [79, FAILED, []],
    ],
  },
  {
    name: 'attempts of a Job that failed for good are no news of their own',
    series: job(NEW, { created: 0, failedPods: [5, 3], failed: 10 }),
    fires: [
      [9, RETRIED, of(NEW)],
      [10, RETRIED, []],
      [11, FAILED, of(NEW)],
    ],
  },
  {
    name: 'a Job that was deleted while it was tried again, and applied again under its name, has its own attempts only',
    series: {
      ...job(NEW, { created: 21, completed: 40 }),
      [series('kube_job_status_failed', { instance: 'a', namespace: 'orders', job_name: NEW })]: [
        ...samples(2, 0, 20),
        ...samples(0, 21).slice(21),
      ],
    },
    fires: [
      [19, RETRIED, of(NEW)],
      [23, RETRIED, []],
    ],
  },
  {
    name: 'no attempt failed, nothing is told',
    series: job(NEW, { created: 0, failedPods: [181, 1] }),
    fires: [
      [2, RETRIED, []],
      [29, RETRIED, []],
    ],
  },
  {
    name: 'a rollback that succeeded is told of for an hour; one that was refused or runs is not',
    series: {
      ...job(ROLLBACK, { created: 0, completed: 10 }),
      ...job('db-rollback-00000001', { created: 0, failed: 10 }),
      ...job('db-rollback-00000002', { created: 0 }),
      ...job('db-rollback-plan-00000003', { created: 0, completed: 10 }),
    },
    fires: [
      [9, ROLLED_BACK, []],
      [10, ROLLED_BACK, of(ROLLBACK)],
      [69, ROLLED_BACK, of(ROLLBACK)],
      [70, ROLLED_BACK, []],
      [30, FAILED, []],
    ],
  },
  {
    name: 'a deployment without any migration',
    series: deploy(10),
    fires: [
      [24, NO_MIGRATION, []],
      [25, NO_MIGRATION, deployment],
    ],
  },
  {
    name: 'a deployment behind its migration, which is then removed, and a Deployment that nobody named',
    series: {
      ...job(NEW, { created: 5, completed: 8, removed: 40 }),
      ...deploy(10),
      ...replicaSetSeries('elsewhere', 'abc', 100),
    },
    fires: [
      [30, NO_MIGRATION, []],
      [170, NO_MIGRATION, []],
    ],
  },
  {
    name: 'a deployment of the day before yesterday, whose Jobs are long gone, is not judged',
    series: deploy(-2000),
    fires: [[60, NO_MIGRATION, []]],
  },
  {
    name: 'what owns a ReplicaSet of a name of a Deployment, but is none',
    series: replicaSetSeries('orders', 'abc', 10, 'orders', 'Rollout'),
    fires: [[60, NO_MIGRATION, []]],
  },
  {
    name: 'kube-state-metrics was away for longer than its values count',
    series: {
      ...job(OLD, { created: 0, completed: 8, gap: [40, 52] }),
      ...job(NEW, { created: 20, failed: 22, failedPods: [21, 1], gap: [40, 52] }),
      ...job('orders-migration-0000000b', { created: 5, gap: [40, 52] }),
      ...job(ROLLBACK, { created: 0, completed: 10, gap: [40, 52] }),
      ...deploy(60),
      ...job('orders-migration-0000000d', { created: 50, completed: 55, gap: [40, 52] }),
    },
    fires: [
      [54, FAILED, of(NEW)],
      [55, FAILED, []],
      [58, LONG, of('orders-migration-0000000b')],
      [53, ROLLED_BACK, of(ROLLBACK)],
      [80, NO_MIGRATION, []],
    ],
  },
  {
    name: 'a Job that is suspended does not run long, and its start counts anew when it goes on',
    series: {
      ...job(NEW, { created: 0, started: 100 }),
      ...job('orders-migration-0000000e', { created: 0, started: 181 }),
    },
    fires: [
      [99, LONG, []],
      [134, LONG, []],
      [136, LONG, of(NEW)],
    ],
  },
  {
    name: 'the clock of the cluster is ahead of that of Prometheus, or behind it',
    series: {
      ...job(NEW, { created: 10, failed: 12, skew: 5 }),
      ...job(ROLLBACK, { created: 10, completed: 12, skew: 5 }),
      ...job('db-rollback-00000001', { created: 10, completed: 12, skew: -5 }),
    },
    fires: [
      [13, FAILED, of(NEW)],
      [13, ROLLED_BACK, [...of(ROLLBACK), ...of('db-rollback-00000001')]],
      [75, ROLLED_BACK, of(ROLLBACK)],
    ],
  },
  {
    name: 'a second deployment long after its last migration, until one succeeds',
    series: {
      ...job(OLD, { created: 5, completed: 8 }),
      ...deploy(10, 'abc'),
      ...deploy(100, 'def'),
      ...job(NEW, { created: 129, completed: 130 }),
    },
    fires: [
      [99, NO_MIGRATION, []],
      [116, NO_MIGRATION, deployment],
      [129, NO_MIGRATION, deployment],
      [130, NO_MIGRATION, []],
    ],
  },
  {
    name: 'the newest migration failed, though an earlier one succeeded in time',
    series: {
      ...job(OLD, { created: 0, completed: 2 }),
      ...job(NEW, { created: 20, failed: 22 }),
      ...deploy(25),
    },
    fires: [
      [39, NO_MIGRATION, []],
      [41, NO_MIGRATION, deployment],
    ],
  },
  {
    name: 'the newest migration was deleted before it ended, and the release applied before it',
    series: {
      ...job(OLD, { created: 0, completed: 2 }),
      ...job(NEW, { created: 21, removed: 25 }),
      ...deploy(20),
    },
    fires: [[41, NO_MIGRATION, deployment]],
  },
  {
    name: 'the newest migration runs while its release waits, and succeeds',
    series: { ...job(NEW, { created: 20, completed: 30 }), ...deploy(20) },
    fires: [
      [30, NO_MIGRATION, []],
      [60, NO_MIGRATION, []],
    ],
  },
  {
    name: 'a migration that fails long after a deployment does not blame that',
    series: {
      ...job(OLD, { created: 0, completed: 2 }),
      ...deploy(5),
      ...job(NEW, { created: 100, failed: 102 }),
    },
    fires: [
      [130, NO_MIGRATION, []],
      [130, FAILED, of(NEW)],
    ],
  },
  {
    name: 'a Job that succeeded, was deleted, and failed under its name is no success of the release',
    series: {
      ...job(NEW, { created: 5, completed: 7, removed: 15, source: { instance: 'a' } }),
      ...job(NEW, { created: 20, failed: 22, source: { instance: 'b' } }),
      ...deploy(25),
    },
    fires: [[45, NO_MIGRATION, deployment]],
  },
  {
    name: 'waits for locks are told of for an hour after their run, though a Pushgateway keeps them',
    series: run(10, 25),
    fires: [
      [10, LOCKS, []],
      [11, LOCKS, [{ ...PLACE, lock: 'statement' }]],
      [69, LOCKS, [{ ...PLACE, lock: 'statement' }]],
      [70, LOCKS, []],
    ],
  },
  {
    name: 'two who hand out the same run do not double its waits, and short ones are no news',
    series: { ...run(10, 9), ...run(10, 9, { instance: '10.0.0.8:9091' }) },
    fires: [[20, LOCKS, []]],
  },
  {
    name: 'waits of an earlier run are not those of a later one, whichever way they came',
    series: {
      ...run(10, 25),
      ...run(80, undefined, { command: 'status' }),
      ...collected(10, 25, 'first'),
      ...collected(80, 1, 'second'),
    },
    fires: [
      [60, LOCKS, [{ ...PLACE, lock: 'statement' }]],
      [90, LOCKS, []],
    ],
  },
  {
    name: 'waits that came through a collector',
    series: collected(10, 25, 'first'),
    fires: [
      [12, LOCKS, [{ ...PLACE, lock: 'statement' }]],
      [70, LOCKS, []],
    ],
  },
  {
    name: 'waits of another namespace are not those that are watched',
    series: run(10, 25, { k8s_namespace_name: 'orders-2' }),
    fires: [[20, LOCKS, []]],
  },
  {
    name: 'a Pushgateway where a run has taken the place of the one that waited',
    series: {
      [series('drizzle_gate_run_start_time_seconds', { ...RUNNER, command: 'migrate' })]: [
        ...samples(60, 1, 29).slice(0, 30),
        ...samples(1800, 30).slice(30),
      ].map((value) => (value === 'stale' ? 60 : value)),
      [series('drizzle_gate_lock_wait_duration_seconds_sum', {
        ...{ ...RUNNER, command: 'migrate', lock: 'statement', obtained: 'true' },
      })]: samples(25, 1, 180).map((value, minute) => (minute < 30 ? value : 1)),
    },
    fires: [
      [29, LOCKS, [{ ...PLACE, lock: 'statement' }]],
      [31, LOCKS, []],
    ],
  },
  {
    name: 'a migration that failed, and a rollback elsewhere, are no failed rollback',
    series: {
      ...ended('migrate', 10, '82'),
      ...ended('rollback', 10, '82', { k8s_namespace_name: 'orders-2' }),
    },
    fires: [[12, ROLLBACK_FAILED, []]],
  },
  {
    name: 'a rollback that failed is told of until one succeeds',
    series: { ...rollback(10, '82'), ...rollback(30, '0') },
    fires: [
      [9, ROLLBACK_FAILED, []],
      [10, ROLLBACK_FAILED, [PLACE]],
      [29, ROLLBACK_FAILED, [PLACE]],
      [30, ROLLBACK_FAILED, []],
    ],
  },
  {
    name: 'a rollback that nobody confirmed has not failed, and one that failed is told of for an hour',
    series: { ...rollback(10, '85'), ...rollback(20, '86') },
    fires: [
      [11, ROLLBACK_FAILED, []],
      [79, ROLLBACK_FAILED, [PLACE]],
      [80, ROLLBACK_FAILED, []],
    ],
  },
];

/** What the platform's team watches by names alone; a success counts for the migration of the same base name. */
const PATTERN_SCENARIOS: Scenario[] = [
  {
    name: 'each migration of each namespace is told apart',
    series: {
      ...job('a-migration-00000001', { created: 0, failed: 5 }),
      ...job('a-migration-00000002', { created: 20, completed: 21 }),
      ...job('b-migration-00000001', { created: 0, failed: 5 }),
      ...job('b-migration-status-00000001', { created: 0, failed: 5 }),
      ...job('a-migration-00000001', { created: 0, failed: 5, namespace: 'kube-system' }),
      ...job('backup-28384920', { created: 0, failed: 5 }),
    },
    fires: [
      [
        10,
        FAILED,
        [
          { namespace: 'orders', job_name: 'a-migration-00000001', base_name: 'a-migration' },
          { namespace: 'orders', job_name: 'b-migration-00000001', base_name: 'b-migration' },
        ],
      ],
      [30, FAILED, [{ namespace: 'orders', job_name: 'b-migration-00000001', base_name: 'b-migration' }]],
    ],
  },
  {
    name: 'a rollback of any team',
    series: job(ROLLBACK, { created: 0, completed: 5 }),
    fires: [[10, ROLLED_BACK, [{ namespace: 'orders', job_name: ROLLBACK, base_name: 'db-rollback' }]]],
  },
];

const WIDE_SCENARIOS: Scenario[] = [
  {
    name: 'no pattern is so wide that a rollback or a Job of the command is a migration',
    series: Object.assign(
      {},
      ...['any-00000001', 'any-status-00000002', 'any-rollback-plan-00000003', ROLLBACK].map((name) =>
        job(name, { created: 0, failed: 5 }),
      ),
    ),
    fires: [[10, FAILED, [{ namespace: 'orders', job_name: 'any-00000001', base_name: 'any' }]]],
  },
];

const rule = (migrations: WatchedMigration[], runnerMetrics = true) =>
  only(
    synthChart((chart) => new MigrationMonitoring(chart, 'Monitoring', { migrations, runnerMetrics })),
    'PrometheusRule',
  );
const named = rule([
  WatchedMigration.named({
    namespace: 'orders',
    baseName: 'orders-migration',
    deployments: ['orders', 'api'],
  }),
]);
const matching = rule([
  WatchedMigration.matching({ namespaces: 'orders|team-.+', baseNames: '.+-migration' }),
]);
const wide = rule([WatchedMigration.matching({ namespaces: '.+', baseNames: '.+' })]);

test('Prometheus reads every pattern that is taken', () => {
  const patterns = [
    'team-.+',
    '(?:a|b)\\d{1,3}',
    '[[:alpha:]]+\\.x',
    '\\Qa.b\\E',
    '\\p{L}+"\\x41',
    "it's|\\\\n",
  ];
  const migrations = patterns.map((namespaces) =>
    WatchedMigration.matching({ namespaces, baseNames: namespaces }),
  );
  for (const migration of migrations) {
    expect(checkRules(rule([migration]))).toEqual({ code: 0, output: expect.stringContaining('SUCCESS') });
  }
});

describe.each([
  ['a migration by its name', named, SCENARIOS],
  ['migrations by a pattern', matching, PATTERN_SCENARIOS],
  ['migrations by the widest pattern', wide, WIDE_SCENARIOS],
])('%s', (_what, object, scenarios) => {
  const { code, output } = runScenarios(object, scenarios);

  test('promtool has run every scenario', () => {
    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('SUCCESS') });
  });

  test.each(scenarios.map(({ name }) => name))('%s', (name) => {
    expect(output).not.toContain(name);
  });

  test('promtool finds nothing to complain of, in the texts neither', () => {
    expect(checkRules(object)).toEqual({ code: 0, output: expect.stringContaining('SUCCESS') });
  });
});

test('every alert has a scenario in which it fires, and one in which it does not', () => {
  const seen = (isFiring: boolean) =>
    SCENARIOS.flatMap(({ fires }) => fires)
      .filter(([, , labels]) => labels.length > 0 === isFiring)
      .map(([, alert]) => alert);
  const alerts = rulesOf(named).map(({ alert }) => alert);
  for (const alert of alerts) {
    expect(seen(true)).toContain(alert);
    expect(seen(false)).toContain(alert);
  }
});
