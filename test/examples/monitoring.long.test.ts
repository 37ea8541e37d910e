import { checkRules } from '../support/promtool';
import { synthExample } from '../support/synth-example';

test("Prometheus takes the rules of the platform team's chart", async () => {
  const { 'monitoring.yaml': monitoring = [] } = await synthExample('monitoring');
  const rules = monitoring.filter(({ kind }) => kind === 'PrometheusRule');
  expect(rules).toHaveLength(2);
  for (const rule of rules) {
    expect(checkRules(rule)).toEqual({ code: 0, output: expect.stringContaining('SUCCESS') });
  }
});
