import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { METRICS } from '../../core/contract';
import { renderDashboard } from '../../grafana/dashboard';
import type { DashboardFile } from './grafana';

const FILE = join(process.cwd(), 'lib/internal/monitoring/dashboard.json');
const text = readFileSync(FILE, 'utf8');
const dashboard = JSON.parse(text) as DashboardFile;
const panels = dashboard.panels.filter(({ type }) => type !== 'row');
const expressions = [
  ...panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
  ...dashboard.annotations.list.map(({ expr }) => expr),
];

/** Those that kube-state-metrics has by default, with its labels for them. */
const OF_JOBS: readonly string[] = [
  ...['kube_job_info', 'kube_job_created', 'kube_job_complete', 'kube_job_failed', 'kube_job_status_active'],
  ...['kube_job_status_failed', 'kube_job_status_start_time', 'kube_job_status_completion_time'],
];
const OF_RUNS = Object.values(METRICS).flatMap(({ prometheus, instrument }) =>
  instrument === 'histogram' ? [`${prometheus}_sum`, `${prometheus}_count`] : [prometheus],
);

test('the file is what the source makes; run npm run dashboard', () => {
  expect(text).toBe(renderDashboard());
});

test('it can be imported as it is: no id of a server, no input, a short uid', () => {
  expect(dashboard).not.toHaveProperty('id');
  expect(dashboard).not.toHaveProperty('__inputs');
  expect(dashboard.uid).toMatch(/^[\w-]{1,40}$/);
  expect(dashboard.title).not.toBe('');
  expect(dashboard.schemaVersion).toBeGreaterThanOrEqual(36);
});

test('panels lie within the grid, none on another, and each has a number of its own', () => {
  const covered = new Map<string, string>();
  for (const { gridPos, title } of dashboard.panels) {
    expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
        expect([title, covered.get(`${x} ${y}`)]).toEqual([title, undefined]);
        covered.set(`${x} ${y}`, title);
      }
    }
  }
  expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
});

test.each(panels.map((panel) => [panel.title, panel] as const))(
  '%s says what it shows, where from, and what it is without data',
  (_, panel) => {
    expect(panel.description).toMatch(/\.\n\nFrom (kube-state-metrics|the metrics of the runner)/);
    expect(panel.fieldConfig?.defaults.noValue).toEqual(expect.any(String));
    for (const target of panel.targets ?? []) {
      expect(target).toMatchObject({ datasource: { type: 'prometheus', uid: '$datasource' } });
    }
  },
);

test('every metric is one of kube-state-metrics or of the runner, and is chosen by the variables', () => {
  const used = expressions.flatMap((expression) => [
    ...expression.matchAll(/\b(kube_\w+|drizzle_gate_\w+)(\{[^}]*\})?/g),
  ]);
  expect(used.length).toBeGreaterThan(50);
  for (const [, metric = '', matchers] of used) {
    expect([...OF_JOBS, ...OF_RUNS]).toContain(metric);
    const chosen = metric.startsWith('kube_')
      ? ['cluster=~"$cluster"', 'namespace=~"$namespace"', 'job_name=~"$job"']
      : ['cluster=~"$cluster"', 'k8s_namespace_name=~"$namespace"', 'db_namespace=~"$db_namespace"'];
    for (const matcher of chosen) expect(matchers).toContain(matcher);
  }
});

test('where lines have colours of a palette, none that failed or not is red by chance', () => {
  const palette = panels.filter(
    ({ type, title }) =>
      type === 'timeseries' && ['Duration of Jobs', 'Duration of runs', 'Waits for locks'].includes(title),
  );
  expect(palette).toHaveLength(3);
  for (const { title, targets = [], fieldConfig } of palette) {
    const names = targets.map(({ legendFormat = '', refId }) => [legendFormat, refId]);
    const lines = names.flatMap(([legend = '', refId]) =>
      ['migrate succeeded', 'rollback succeeded', 'migrate failed'].flatMap((end) =>
        ['migration', 'statement'].map((lock) => [
          refId,
          legend
            .replace('{{command}} {{outcome}}', end)
            .replace(
              '{{lock}} lock, obtained: {{obtained}}',
              `${lock} lock, obtained: ${end.endsWith('succeeded')}`,
            ),
        ]),
      ),
    );
    for (const [refId, name = ''] of lines) {
      const colors = (fieldConfig?.overrides ?? [])
        .filter(({ matcher: { id, options } }) =>
          id === 'byFrameRefID' ? options === refId : new RegExp(options.replace(/^\/|\/$/g, '')).test(name),
        )
        .flatMap(({ properties }) => properties.filter(({ id }) => id === 'color').map(({ value }) => value));
      const isBad = /failed$|obtained: false$/.test(name);
      expect([title, name, colors.at(-1)]).toEqual([
        ...[title, name],
        expect.objectContaining({ fixedColor: isBad ? 'red' : expect.not.stringMatching('red') }),
      ]);
    }
  }
});

test('no rate is taken of what a process tells once', () => {
  for (const expression of expressions) expect(expression).not.toMatch(/\b(i?rate|increase|resets)\s*\(/);
});

test('every metric of the contract is shown', () => {
  const all = expressions.join('\n');
  expect(Object.values(METRICS).filter(({ prometheus }) => !all.includes(prometheus))).toEqual([]);
});
