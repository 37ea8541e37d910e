import { App, Chart, Duration, Testing } from 'cdk8s';
import {
  DatabaseMigration,
  type DatabaseMigrationProps,
  Delivery,
  DeployerRbac,
  DeployerSubject,
  MigrationJob,
  MigrationMonitoring,
  type MigrationMonitoringProps,
  WatchedMigration,
} from '../../lib';
import { rulesOf } from '../support/promtool';
import {
  type KubeObject,
  minimalEndpoint,
  minimalJobProps,
  only,
  problemsOf,
  synthChart,
} from '../support/synth';

const orders = WatchedMigration.named({ namespace: 'orders', baseName: 'orders-migration' });

function synthMonitoring(props: Partial<MigrationMonitoringProps> = {}): KubeObject[] {
  return synthChart(
    (chart) => new MigrationMonitoring(chart, 'Monitoring', { migrations: [orders], ...props }),
  );
}
const alertsOf = (objects: readonly KubeObject[]) => rulesOf(only(objects, 'PrometheusRule'));
const expressionsOf = (migration: WatchedMigration) =>
  alertsOf(synthMonitoring({ migrations: [migration] }))
    .map(({ expr }) => expr)
    .join('\n');

function migrationIn(namespace: string | undefined, props: Partial<DatabaseMigrationProps> = {}) {
  const chart = new Chart(new App(), 'orders', { namespace });
  const all = { ...minimalJobProps(), endpoint: minimalEndpoint(), ...props };
  return new DatabaseMigration(chart, 'Db', all);
}

interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly templating: { readonly list: { readonly name: string; readonly current?: object }[] };
}
function dashboardOf(objects: readonly KubeObject[]): Dashboard {
  const data = only(objects, 'ConfigMap').data as Record<string, string>;
  const [text = ''] = Object.values(data);
  return JSON.parse(text) as Dashboard;
}
const opened = (dashboard: Dashboard, variable: string) =>
  dashboard.templating.list.find(({ name }) => name === variable)?.current;

describe('what is watched', () => {
  test.each<[string, Partial<DatabaseMigrationProps>, string]>([
    ['the Jobs of the default name', {}, 'job_name=~"db-migration-[0-9a-f]{8}"'],
    ['those of a base name', { baseName: 'orders' }, 'job_name=~"orders-[0-9a-f]{8}"'],
    ['the Job of a fixed name', { name: 'migrate-orders' }, 'job_name="migrate-orders"'],
  ])('%s of a migration made here, in its namespace', (_what, props, matcher) => {
    const migration = migrationIn('orders', props);
    const expressions = expressionsOf(WatchedMigration.of(migration));
    expect(expressions).toContain(`kube_job_failed{namespace="orders", ${matcher}, condition="true"}`);
    const pattern = matcher.split('"')[1] ?? '';
    expect(migration.migrationJob.name).toMatch(new RegExp(`^${pattern}$`));
  });

  test('a migration whose chart has no namespace needs one', () => {
    const migration = migrationIn(undefined);
    expect(problemsOf(() => WatchedMigration.of(migration))).toEqual([
      expect.stringMatching(/^namespace: the chart of orders\/Db\/Migration has none, .*; give the/),
    ]);
    expect(expressionsOf(WatchedMigration.of(migration, { namespace: 'orders' }))).toContain(
      'namespace="orders"',
    );
  });

  test('every problem of a name is told at once', () => {
    const names = { baseName: 'a_b', rollbackBaseName: 'R', jobName: '-', deployments: ['A', 'ok'] };
    const problems = problemsOf(() => WatchedMigration.named({ namespace: 'N', ...names }));
    expect(problems.map((line) => line.split(':')[0])).toEqual([
      'namespace',
      'baseName',
      'jobName',
      'rollbackBaseName',
      'deployments',
    ]);
  });

  test.each([
    ['(', /^namespaces: "\(" is not a regular expression; write it as RE2 does/],
    ['', /^namespaces: "" matches nothing; /],
    ['(?!kube).+', /^namespaces: "\(\?!kube\)\.\+" looks around or back, which RE2 does not; /],
    ['a)|(b', /^namespaces: "a\)\|\(b" is not a regular expression; /],
    ['te\\u0061m', /^namespaces: ".+" has "\\\\u", which RE2 does not take; /],
    ['te\\ym', /^namespaces: ".+" has "\\\\y", which RE2 does not take; /],
    ['(?<team>.+)', /^namespaces: ".+" has "\(\?<", which RE2 does not take; /],
    ['team[]', /^namespaces: "team\[\]" has "\[\]", which RE2 does not take; /],
    ['.{1,1001}', /^namespaces: ".+" has "\{1,1001", which RE2 does not take; /],
  ])('the pattern %j is refused', (namespaces, problem) => {
    expect(problemsOf(() => WatchedMigration.matching({ namespaces }))).toEqual([
      expect.stringMatching(problem),
    ]);
  });

  test('rollbacks by the pattern of migrations are refused', () => {
    const both = { baseNames: 'x', rollbackBaseNames: 'x' };
    expect(problemsOf(() => WatchedMigration.matching({ namespaces: '.+', ...both }))).toEqual([
      expect.stringMatching(/^rollbackBaseNames: "x" is baseNames too, /),
    ]);
  });

  test('another migration in the App whose Jobs have the same names is found', () => {
    const app = new App();
    const chart = new Chart(app, 'test', { namespace: 'orders' });
    const first = new MigrationJob(chart, 'First', minimalJobProps());
    new MigrationJob(chart, 'Second', minimalJobProps());
    new MigrationJob(chart, 'Other', { ...minimalJobProps(), baseName: 'other' });
    new MigrationMonitoring(chart, 'Monitoring', { migrations: [WatchedMigration.ofJob(first)] });
    expect(() => app.synth()).toThrow(
      /the Jobs of test\/Second have the names of those that are watched as "orders.db-migration", .*; give each database a baseName/,
    );
    expect(() => app.synth()).not.toThrow(/Other/);
  });
});

describe('MigrationMonitoring', () => {
  test('every problem of the props is told at once', () => {
    const problems = problemsOf(() =>
      synthMonitoring({
        migrations: [],
        name: 'A',
        objectLabels: { 'a b': 'c' },
        alertLabels: { 'a-b': 'c', severity: 'x' },
        severities: { migrationFailed: '' },
        runbookUrl: 'wiki',
        clusterLabel: '9',
        runningTooLong: Duration.seconds(1),
        lockWaits: Duration.millis(1500),
        informFor: Duration.days(30),
        deployWindow: Duration.seconds(0),
        podMonitor: { podLabels: {}, namespace: 'N', port: '9091', path: 'x', interval: Duration.hours(1) },
        dashboard: { uid: 'a b', label: 'a b', title: ' ', folderAnnotation: '/', name: 'X' },
      }),
    );
    expect(problems.map((line) => line.split(':')[0])).toEqual([
      'name',
      'objectLabels',
      'clusterLabel',
      'alertLabels',
      'alertLabels',
      'severities',
      'migrations',
      'runbookUrl',
      'podMonitor.podLabels',
      'podMonitor.namespace',
      'podMonitor.port',
      'podMonitor.path',
      'podMonitor.interval',
      'dashboard.name',
      'dashboard.label',
      'dashboard.folderAnnotation',
      'dashboard.uid',
      'dashboard.title',
      'runningTooLong',
      'lockWaits',
      'informFor',
      'deployWindow',
    ]);
    for (const line of problems) expect(line).toMatch(/; |, for example /);
  });

  test('two migrations whose Jobs only a hash tells apart are refused', () => {
    expect(problemsOf(() => synthMonitoring({ migrations: [orders, orders] }))).toEqual([
      expect.stringMatching(/^migrations: "orders.orders-migration" stands for two of them, .*baseName$/),
    ]);
  });

  test('a Job that fails before the alert can fire is told of', () => {
    const migrations = [WatchedMigration.of(migrationIn('orders', { activeDeadline: Duration.minutes(35) }))];
    expect(problemsOf(() => synthMonitoring({ migrations }))).toEqual([
      expect.stringMatching(/^runningTooLong: 1800 seconds, .* fails by itself after 2100 seconds; /),
    ]);
    synthMonitoring({ migrations, runningTooLong: Duration.minutes(29) });
  });

  test('a Job that is gone before Prometheus has seen its end is told of', () => {
    const watched = (seconds: number) => [
      WatchedMigration.of(migrationIn('orders', { ttlAfterFinished: Duration.seconds(seconds) })),
    ];
    expect(problemsOf(() => synthMonitoring({ migrations: watched(0) }))).toEqual([
      expect.stringMatching(
        /^migrations: the Job of orders.db-migration is removed 0 seconds after its end, .*; give its ttl/,
      ),
    ]);
    synthMonitoring({ migrations: watched(120) });
  });

  test('what is typed about a failed rollback finds the pods of all rollbacks there', () => {
    const commandOf = (...migrations: WatchedMigration[]) =>
      alertsOf(synthMonitoring({ migrations, runnerMetrics: true })).find(({ alert }) =>
        alert.endsWith('RollbackFailed'),
      )?.annotations.command;
    const billing = { namespace: 'orders', baseName: 'billing', rollbackBaseName: 'billing-rollback' };
    expect(commandOf(orders, WatchedMigration.named(billing))).toContain(
      "logs -l 'app.kubernetes.io/component=database-migration,app.kubernetes.io/name in (db-rollback,billing-rollback)' --all",
    );
    expect(commandOf(WatchedMigration.matching({ namespaces: 'team-.+' }))).toContain(
      'logs -l app.kubernetes.io/component=database-migration --all',
    );
  });

  test('labels, severities and runbooks are those of the team', () => {
    const objects = synthMonitoring({
      objectLabels: { release: 'prometheus' },
      alertLabels: { team: 'orders' },
      severities: { migrationFailed: 'page' },
      runbookUrl: 'https://wiki.example.com/gate',
      podMonitor: { podLabels: { app: 'pushgateway' }, namespace: 'monitoring' },
    });
    for (const kind of ['PrometheusRule', 'PodMonitor']) {
      expect(only(objects, kind).metadata.labels).toEqual({ release: 'prometheus' });
    }
    const severities = alertsOf(objects).map(({ alert, labels }) => [alert, labels.team, labels.severity]);
    expect(severities).toEqual([
      ['DrizzleGateMigrationFailed', 'orders', 'page'],
      ['DrizzleGateMigrationRunningTooLong', 'orders', 'warning'],
      ['DrizzleGateMigrationRetried', 'orders', 'warning'],
      ['DrizzleGateRollbackExecuted', 'orders', 'info'],
      ['DrizzleGateMigrationLockWaits', 'orders', 'warning'],
      ['DrizzleGateRollbackFailed', 'orders', 'critical'],
    ]);
    expect(alertsOf(objects)[0]?.annotations).toMatchObject({
      summary: 'The migration {{ $labels.job_name }} in {{ $labels.namespace }} has failed',
      command: expect.stringMatching(/^kubectl --namespace \{\{ \$labels\.namespace \}\} logs job\//),
      runbook_url: 'https://wiki.example.com/gate#drizzlegatemigrationfailed',
    });
  });

  test('the texts of an alert use only labels that it has', () => {
    const migrations = [
      WatchedMigration.named({ namespace: 'orders', deployments: ['orders'] }),
      WatchedMigration.matching({ namespaces: 'team-.+', baseNames: '.+-migration' }),
    ];
    for (const { alert, expr, annotations } of alertsOf(
      synthMonitoring({ migrations, runnerMetrics: true }),
    )) {
      const used = Object.values(annotations).flatMap((text) =>
        [...text.matchAll(/\$labels\.(\w+)/g)].map(([, name = '']) => name),
      );
      expect(used.length).toBeGreaterThan(1);
      const kept = [...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, names = '']) => names.split(', '));
      expect([alert, used.filter((name) => !kept.includes(name))]).toEqual([alert, []]);
    }
  });

  test('without the metrics of the runner there is no alert on them', () => {
    const names = alertsOf(synthMonitoring()).map(({ alert }) => alert);
    expect(names.filter((name) => /Lock|RollbackFailed/.test(name))).toEqual([]);
    const podMonitor = { podLabels: { app: 'x' } };
    expect(alertsOf(synthMonitoring({ podMonitor, runnerMetrics: false }))).toHaveLength(names.length);
  });

  test('two databases of a namespace share the alerts on what their names do not tell apart', () => {
    const billing = WatchedMigration.named({ namespace: 'orders', baseName: 'billing' });
    const alerts = alertsOf(synthMonitoring({ migrations: [orders, billing], runnerMetrics: true }));
    const count = (name: string) => alerts.filter(({ alert }) => alert.endsWith(name)).length;
    expect([count('MigrationFailed'), count('RollbackExecuted'), count('LockWaits')]).toEqual([2, 1, 1]);
  });

  test('nothing takes a rate of what a run sends once', () => {
    const all = alertsOf(synthMonitoring({ runnerMetrics: true })).map(({ expr }) => expr);
    expect(all.join()).not.toMatch(/\b(rate|irate|increase|delta|changes|resets)\(/);
  });

  test('the label of the cluster is that of the platform, in alerts and dashboard', () => {
    const objects = synthMonitoring({ clusterLabel: 'k8s_cluster', runnerMetrics: true });
    for (const { expr } of alertsOf(objects)) {
      expect(expr).toContain('k8s_cluster');
      expect(expr).not.toMatch(/(?<!k8s_)cluster/);
    }
    const text = JSON.stringify(dashboardOf(objects));
    expect(text).toContain('k8s_cluster=~\\"$cluster\\"');
    expect(text).not.toMatch(/[^_$]cluster=~|by \(cluster|\{\{cluster\}\}|"cluster":/);
  });

  test('the PodMonitor reads what was pushed, under the labels of the runs', () => {
    const podMonitor = { podLabels: { app: 'pushgateway' }, namespace: 'monitoring', port: 'http' };
    expect(only(synthMonitoring({ podMonitor }), 'PodMonitor').spec).toEqual({
      selector: { matchLabels: { app: 'pushgateway' } },
      namespaceSelector: { matchNames: ['monitoring'] },
      podMetricsEndpoints: [{ port: 'http', path: '/metrics', interval: '30s', honorLabels: true }],
    });
    expect(synthMonitoring().map(({ kind }) => kind)).toEqual(['PrometheusRule', 'ConfigMap']);
  });
});

describe('the dashboard', () => {
  test('is found by the sidecar, and opens with what is watched', () => {
    const objects = synthMonitoring();
    const configMap = only(objects, 'ConfigMap');
    expect(configMap.metadata).toEqual({
      name: 'drizzle-gate-dashboard',
      labels: { grafana_dashboard: '1' },
    });
    expect(Object.keys(configMap.data ?? {})).toEqual(['drizzle-gate.json']);
    const dashboard = dashboardOf(objects);
    expect(dashboard).toMatchObject({ uid: 'drizzle-gate', title: 'Database migrations' });
    expect(opened(dashboard, 'namespace')).toEqual({ text: ['orders'], value: ['orders'] });
    const jobs = 'orders-migration-[0-9a-f]{8}|db-rollback-[0-9a-f]{8}';
    expect(opened(dashboard, 'job')).toEqual({ text: jobs, value: jobs });
  });

  test('has the names and the place that it is given', () => {
    const objects = synthMonitoring({
      name: 'orders',
      dashboard: {
        ...{ label: 'dashboards', labelValue: 'yes', folder: 'Databases', folderAnnotation: 'k8s-folder' },
        ...{ datasource: 'mimir', uid: 'orders-gate', title: 'Orders' },
      },
    });
    expect(only(objects, 'ConfigMap').metadata).toEqual({
      name: 'orders-dashboard',
      labels: { dashboards: 'yes' },
      annotations: { 'k8s-folder': 'Databases' },
    });
    expect(dashboardOf(objects)).toMatchObject({ uid: 'orders-gate', title: 'Orders' });
    expect(opened(dashboardOf(objects), 'datasource')).toEqual({ text: 'mimir', value: 'mimir' });
  });

  test('of two teams does not take the place of the other', () => {
    const [one, two] = ['drizzle-gate', 'orders'].map((name) => dashboardOf(synthMonitoring({ name })));
    expect([one?.uid === two?.uid, one?.title === two?.title]).toEqual([false, false]);
  });

  test('names of namespaces and Jobs that are patterns stay patterns', () => {
    const migrations = [WatchedMigration.matching({ namespaces: 'team-.+', baseNames: '\\w+-db' })];
    const dashboard = dashboardOf(synthMonitoring({ migrations }));
    expect(opened(dashboard, 'namespace')).toEqual({ text: 'All', value: '$__all' });
    const jobs = '(?:\\\\w+-db)-[0-9a-f]{8}|(?:db-rollback)-[0-9a-f]{8}';
    expect(opened(dashboard, 'job')).toEqual({ text: jobs, value: jobs });
  });

  test('is small enough for kubectl, and can be left out', () => {
    const [text = ''] = Object.values(only(synthMonitoring(), 'ConfigMap').data as Record<string, string>);
    expect(Buffer.byteLength(text)).toBeLessThan(200_000);
    const kinds = synthMonitoring({ includeDashboard: false }).map(({ kind }) => kind);
    expect(kinds).toEqual(['PrometheusRule']);
  });
});

describe('delivered', () => {
  test('by Helm, no text passes for a template, and nothing is a hook', () => {
    const objects = synthMonitoring({ delivery: Delivery.helm() });
    const text = JSON.stringify(objects);
    expect(text).toContain('{{`{{`}} $labels.namespace }}');
    expect(text.replaceAll('{{`{{`}}', '')).not.toContain('{{');
    expect(text).not.toContain('helm.sh/hook');
  });

  test('by Flux, the variables of the dashboard stay', () => {
    const delivery = Delivery.flux();
    for (const object of synthMonitoring({ delivery, podMonitor: { podLabels: { app: 'x' } } })) {
      expect(object.metadata).toMatchObject({
        annotations: { 'kustomize.toolkit.fluxcd.io/substitute': 'disabled' },
      });
    }
  });

  test('by a pipeline that may apply its objects by their names', () => {
    const monitoring = new MigrationMonitoring(Testing.chart(), 'Monitoring', {
      migrations: [orders],
      podMonitor: { podLabels: { app: 'x' } },
    });
    const objects = synthChart(
      (chart) =>
        new DeployerRbac(chart, 'Deployer', {
          subjects: [DeployerSubject.group('ci')],
          delivers: [monitoring],
        }),
    );
    const rules = only(objects, 'Role').rules as { resources: string[]; resourceNames?: string[] }[];
    const verbs = ['create', 'get', 'patch'];
    const apiGroups = ['monitoring.coreos.com'];
    expect(rules).toEqual(
      expect.arrayContaining([
        { apiGroups, resources: ['prometheusrules'], resourceNames: ['drizzle-gate'], verbs },
        { apiGroups, resources: ['podmonitors'], resourceNames: ['drizzle-gate'], verbs },
        { apiGroups: [''], resources: ['configmaps'], resourceNames: ['drizzle-gate-dashboard'], verbs },
      ]),
    );
  });
});
