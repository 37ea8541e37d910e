import { rulesOf } from '../support/promtool';
import { expectValid } from '../support/synth';
import { synthExample } from '../support/synth-example';

test("the platform team's chart: alerts, a PodMonitor and a dashboard", async () => {
  const files = await synthExample('monitoring');
  expect(Object.keys(files).sort()).toEqual(['monitoring.yaml', 'orders-migration.yaml']);
  for (const object of Object.values(files).flat()) expectValid(object);
  const monitoring = files['monitoring.yaml'] ?? [];
  expect(monitoring.map(({ kind, metadata }) => [kind, metadata.name])).toEqual([
    ['PrometheusRule', 'orders-migrations'],
    ['PodMonitor', 'orders-migrations'],
    ['ConfigMap', 'orders-migrations-dashboard'],
    ['PrometheusRule', 'all-migrations'],
  ]);
  const rules = monitoring.filter(({ kind }) => kind === 'PrometheusRule');
  expect(rules.map((rule) => rulesOf(rule).length)).toEqual([3 + 1 + 3 + 1 + 2, 3 + 1]);
});
