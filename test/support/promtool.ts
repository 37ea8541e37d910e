import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubeObject } from './synth';

export interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
}

export function rulesOf(object: KubeObject): Rule[] {
  const { groups } = object.spec as { groups: { rules: Rule[] }[] };
  return groups.flatMap(({ rules }) => rules);
}

/** What Prometheus sees, minute by minute, and which alerts it must fire when. */
export interface Scenario {
  readonly name: string;
  /** By series, the value of each minute from 0 on; undefined is a missed scrape, `stale` the end of the series. */
  readonly series: Record<string, readonly (number | 'stale' | undefined)[]>;
  /** By minute and name of the alert, the labels of what fires, without those that every alert of the rule has. */
  readonly fires: readonly (readonly [minute: number, alert: string, labels: Record<string, string>[]])[];
}

interface Result {
  readonly code: number | null;
  readonly output: string;
}

function promtool(...args: string[]): Result {
  const { status, stdout, stderr, error } = spawnSync('promtool', args, { encoding: 'utf8' });
  if (error) {
    throw new Error(
      `the rules can't be tested, because promtool does not start (${error.message}); install Debian's "prometheus", or Prometheus' archive, which has it`,
    );
  }
  return { code: status, output: `${stdout}${stderr}` };
}

/**
 * Runs every scenario in one process, each against only the alerts that it is about. The texts of the alerts are left out:
 * they have tests of their own.
 */
export function runScenarios(rule: KubeObject, scenarios: readonly Scenario[]): Result {
  const rules = rulesOf(rule).map(({ annotations: _annotations, ...each }) => each);
  return withRules(rule, (folder) => {
    const files = scenarios.map(({ name, series, fires }, index) => {
      const alerts = fires.map(([, alert]) => alert);
      const group = { name: 'tested', rules: rules.filter(({ alert }) => alerts.includes(alert)) };
      writeFileSync(join(folder, `rules-${index}.json`), JSON.stringify({ groups: [group] }));
      const test = {
        name,
        interval: '1m',
        input_series: Object.entries(series).map(([key, values]) => ({
          series: key,
          values: values.map((value) => value ?? '_').join(' '),
        })),
        alert_rule_test: fires.map(([minute, alertname, expected]) => ({
          eval_time: `${minute}m`,
          alertname,
          exp_alerts: expected.map((labels) => ({
            exp_labels: { ...rules.find(({ alert }) => alert === alertname)?.labels, ...labels },
          })),
        })),
      };
      const file = join(folder, `test-${index}.json`);
      const rule_files = [`rules-${index}.json`];
      writeFileSync(file, JSON.stringify({ rule_files, evaluation_interval: '1m', tests: [test] }));
      return file;
    });
    return promtool('test', 'rules', ...files);
  });
}

export function checkRules(rule: KubeObject): Result {
  return withRules(rule, (folder) =>
    promtool('check', 'rules', '--lint=all', '--lint-fatal', join(folder, 'rules.json')),
  );
}

/** JSON is YAML. */
function withRules<T>(rule: KubeObject, use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'drizzle-gate-rules-'));
  try {
    writeFileSync(join(folder, 'rules.json'), JSON.stringify(rule.spec));
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
