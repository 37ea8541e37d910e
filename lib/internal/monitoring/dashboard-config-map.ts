import { ConfigMap } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { DashboardOptions } from '../../monitoring';
import type { Problems } from '../problems';
import { shown } from '../problems';
import { labelKeyProblem, labelProblems, objectNameProblem } from '../syntax';
import dashboard from './dashboard.json';
import type { JobWatch } from './job-watch';

const DEFAULT_NAME = 'drizzle-gate';

export function checkDashboard(problems: Problems, name: string, options: DashboardOptions): void {
  const { label = 'grafana_dashboard', labelValue = '1', folderAnnotation = 'grafana_folder' } = options;
  const { uid = name } = options;
  if (options.name !== undefined) problems.check('dashboard.name', objectNameProblem(options.name));
  for (const text of labelProblems({ [label]: labelValue })) problems.add('dashboard.label', text);
  problems.check('dashboard.folderAnnotation', labelKeyProblem(folderAnnotation));
  if (!/^[-a-zA-Z0-9_]{1,40}$/.test(uid)) {
    problems.add(
      'dashboard.uid',
      `${shown(uid)} is no UID of Grafana; give 1 to 40 letters, digits, "-" and "_"`,
    );
  }
  for (const prop of ['title', 'folder', 'datasource'] as const) {
    if (options[prop]?.trim() === '') {
      problems.add(`dashboard.${prop}`, `${shown(options[prop])} is empty; give a text, or leave it out`);
    }
  }
}

/**
 * Makes the ConfigMap with the dashboard.
 *
 * @see https://github.com/grafana/helm-charts/tree/main/charts/grafana#sidecar-for-dashboards
 */
export function createDashboard(
  scope: Construct,
  name: string,
  options: DashboardOptions,
  watches: readonly JobWatch[],
  clusterLabel: string,
): ConfigMap {
  const { label = 'grafana_dashboard', labelValue = '1', folderAnnotation = 'grafana_folder' } = options;
  const { uid = name, folder } = options;
  const title = options.title ?? `${dashboard.title}${name === DEFAULT_NAME ? '' : `: ${name}`}`;
  const variables = dashboard.templating.list.map((variable) => ({
    ...variable,
    ...openedWith(variable.name, options, watches),
  }));
  const own = { ...dashboard, uid, title, templating: { list: variables } };
  return new ConfigMap(scope, 'Dashboard', {
    metadata: {
      name: options.name ?? `${name}-dashboard`,
      labels: { [label]: labelValue },
      ...(folder === undefined ? {} : { annotations: { [folderAnnotation]: folder } }),
    },
    // Readable, because it is reviewed; a quarter of what kubectl can carry.
    data: { [`${uid}.json`]: `${JSON.stringify(withLabel(own, clusterLabel), null, 2)}\n` },
  });
}

/** What a variable of the dashboard is at first; a person chooses something else above it. */
function openedWith(
  variable: string,
  { datasource }: DashboardOptions,
  watches: readonly JobWatch[],
): object {
  if (variable === 'datasource' && datasource !== undefined) {
    return { current: { text: datasource, value: datasource } };
  }
  if (variable === 'job') {
    // It stands in a string of PromQL, as it is.
    const jobs = [...new Set(watches.flatMap(({ names }) => names))].join('|').replaceAll('\\', '\\\\');
    return { query: jobs, current: { text: jobs, value: jobs } };
  }
  const namespaces = [...new Set(watches.flatMap(({ namespace }) => namespace ?? []))];
  if (variable === 'namespace' && watches.every(({ namespace }) => namespace !== undefined)) {
    return { current: { text: namespaces, value: namespaces } };
  }
  return {};
}

const TEMPLATES = new Set(['expr', 'query', 'definition', 'legendFormat', 'titleFormat', 'textFormat']);

/** The same with another name for the label `cluster`, in expressions and as the name of a column. */
function withLabel(value: unknown, clusterLabel: string, field = ''): unknown {
  if (clusterLabel === 'cluster') return value;
  if (typeof value === 'string') {
    return TEMPLATES.has(field) ? value.replace(/(?<![$\w])cluster\b/g, clusterLabel) : value;
  }
  if (Array.isArray(value)) return value.map((each) => withLabel(each, clusterLabel, field));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key === 'cluster' ? clusterLabel : key,
      withLabel(each, clusterLabel, key),
    ]),
  );
}
