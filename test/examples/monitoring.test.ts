import { rulesOf } from '../support/promtool';
import { containersOf, expectValid, only } from '../support/synth';
import { synthExample } from '../support/synth-example';

const files = await synthExample('monitoring');
const { 'monitoring.yaml': monitoring = [], 'orders-migration.yaml': migration = [] } = files;

test("the platform team's chart: alerts, a PodMonitor and a dashboard", () => {
  expect(Object.keys(files).sort()).toEqual(['monitoring.yaml', 'orders-migration.yaml']);
  for (const object of Object.values(files).flat()) expectValid(object);
  expect(monitoring.map(({ kind, metadata }) => [kind, metadata.name])).toEqual([
    ['PrometheusRule', 'orders-migrations'],
    ['PodMonitor', 'orders-migrations'],
    ['ConfigMap', 'orders-migrations-dashboard'],
    ['PrometheusRule', 'all-migrations'],
  ]);
  const rules = monitoring.filter(({ kind }) => kind === 'PrometheusRule');
  expect(rules.map((rule) => rulesOf(rule).length)).toEqual([3 + 1 + 3 + 1 + 2, 3 + 1]);
});

test('the migration sends its metrics to the pods that the PodMonitor reads', () => {
  const { podMetricsEndpoints, selector } = only(monitoring, 'PodMonitor').spec as {
    podMetricsEndpoints: unknown[];
    selector: { matchLabels: object };
  };
  expect(podMetricsEndpoints).toEqual([expect.objectContaining({ honorLabels: true })]);
  expect((only(migration, 'NetworkPolicy').spec as { egress: unknown[] }).egress).toContainEqual({
    to: [
      {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } },
        podSelector: selector,
      },
    ],
    ports: [{ port: 9091, protocol: 'TCP' }],
  });
  for (const { env } of containersOf(only(migration, 'Job'))) {
    expect(env).toContainEqual({
      name: 'PUSHGATEWAY_URL',
      value: 'http://prometheus-pushgateway.monitoring.svc:9091',
    });
  }
});
