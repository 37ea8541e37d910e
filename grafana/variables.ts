import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  TextBoxVariableBuilder,
  type VariableModel,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { METRICS } from '../core/contract';
import { DATASOURCE } from './panels';

/** Names of the Jobs that the constructs make, however a chart is called. */
const ANY_GATE_JOB = '.*(migration|rollback).*';
/** Matches series without the label too. */
const ALL = '.*';
const RUN_START = METRICS.RUN_START.prometheus;

/** What is chosen above the dashboard. */
export function variables(): Builder<VariableModel>[] {
  return [
    new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus'),
    new TextBoxVariableBuilder('job')
      .label('Jobs (regex)')
      .description('Names of the Jobs, as a regular expression.')
      .defaultValue(ANY_GATE_JOB)
      .current({ text: ANY_GATE_JOB, value: ANY_GATE_JOB }),
    choice('cluster', 'Cluster', 'label_values(kube_job_info{job_name=~"$job"}, cluster)'),
    choice(
      'namespace',
      'Namespace',
      'label_values(kube_job_info{cluster=~"$cluster", job_name=~"$job"}, namespace)',
    ),
    choice(
      'db_namespace',
      'Database',
      `label_values(${RUN_START}{cluster=~"$cluster", k8s_namespace_name=~"$namespace"}, db_namespace)`,
    ),
  ];
}

/** Any number of a label's values; all of them at first, and where nothing has the label. */
function choice(name: string, label: string, query: string): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(label)
    .datasource(DATASOURCE)
    .query({ query, refId: `variable-${name}` })
    .definition(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue(ALL)
    .current({ text: 'All', value: '$__all' });
}
