import {
  GraphDrawStyle,
  LegendDisplayMode,
  LegendPlacement,
  VisibilityMode,
  VizLegendOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder as StateTimelineBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import type { Line } from './layout';
import {
  bars,
  COLOR,
  DATASOURCE,
  fixedColor,
  fromCluster,
  instantQuery,
  mapping,
  number,
  points,
  rangeQuery,
  shadesOf,
  thresholds,
} from './panels';
import { by, JOB, noneOf, ofJobs } from './promql';
import { FILLED, table } from './table';

const NO_JOB = 'no Job';
const NAMESPACE = ['cluster', 'namespace'];
const QUARTER = 15 * 60;

const each = (metric: string, ...matchers: string[]) => by('max', JOB, ofJobs(metric, ...matchers));
const STARTED = each('kube_job_status_start_time');
/** Kubernetes sets the time of completion only of a Job that succeeded. */
const COMPLETED = each('kube_job_status_completion_time');
const TOOK = `${COMPLETED} - ${STARTED}`;
const RUNNING_FOR = `time() - ${STARTED} and ${each('kube_job_status_active')} > 0`;
const FAILED = `${each('kube_job_failed', 'condition="true"')} == 1`;
const FAILED_BEFORE = `${by('max', JOB, `${ofJobs('kube_job_failed', 'condition="true"')} offset $__interval`)} == 1`;
const NONE = noneOf(ofJobs('kube_job_info'));

const STATE = [
  `2 * (${FAILED})`,
  `${each('kube_job_complete', 'condition="true"')} == 1`,
  `3 + 0 * (${each('kube_job_status_active')} > 0)`,
  `0 * ${each('kube_job_info')}`,
].join(' or ');
const STATES = mapping({
  0: ['waiting', COLOR.WAITING],
  1: ['succeeded', COLOR.SUCCEEDED],
  2: ['failed', COLOR.FAILED],
  3: ['running', COLOR.RUNNING],
});
const NEWEST = by('topk', NAMESPACE, `1, ${each('kube_job_created')}`);

const running = () =>
  number('Running Jobs', fromCluster('Jobs that have a pod right now.'))
    .thresholds(thresholds(COLOR.NEUTRAL, { value: 1, color: COLOR.RUNNING }))
    .noValue(NO_JOB)
    .withTarget(instantQuery('A', `count(${each('kube_job_status_active')} > 0) or ${NONE}`));

const runningFor = () =>
  number(
    'Longest running',
    fromCluster(
      'For how long the Job that began first has been running. A Job is stopped at its activeDeadline, by default after an hour.',
    ),
  )
    .unit('s')
    .thresholds(
      thresholds(
        COLOR.RUNNING,
        { value: QUARTER, color: COLOR.WAITING },
        { value: 3 * QUARTER, color: COLOR.FAILED },
      ),
    )
    .noValue('none runs')
    .withTarget(instantQuery('A', `max(${RUNNING_FOR})`));

const failed = () =>
  number('Failed Jobs', fromCluster('Failed Jobs that the cluster still has; the table below names them.'))
    .thresholds(thresholds(COLOR.SUCCEEDED, { value: 1, color: COLOR.FAILED }))
    .noValue(NO_JOB)
    .withTarget(instantQuery('A', `count(${FAILED}) or ${NONE}`));

const lastSuccess = () =>
  number('Last success', fromCluster('When a Job last succeeded, of those that the cluster still has.'))
    .unit('dateTimeFromNow')
    .thresholds(thresholds(COLOR.SUCCEEDED))
    .noValue(NO_JOB)
    .withTarget(instantQuery('A', `1000 * max(${COMPLETED})`));

const timeline = () =>
  new StateTimelineBuilder()
    .title('Newest Job of each namespace')
    .description(
      fromCluster(
        'How the Job stands that was created last. What a Job was between two looks of Prometheus is not seen.',
      ),
    )
    .datasource(DATASOURCE)
    .mappings([STATES])
    .thresholds(thresholds(COLOR.NEUTRAL))
    .mergeValues(true)
    .showValue(VisibilityMode.Auto)
    .rowHeight(0.8)
    .lineWidth(0)
    .fillOpacity(80)
    .noValue(NO_JOB)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true)
        .calcs([]),
    )
    .maxDataPoints(500)
    .withTarget(
      rangeQuery('A', by('max', NAMESPACE, `(${STATE}) and ${NEWEST}`), '{{cluster}} {{namespace}}'),
    );

const ended = () =>
  bars('Jobs that ended', fromCluster('How many Jobs succeeded and how many failed.'))
    .decimals(0)
    .noValue(NO_JOB)
    .withTarget(
      rangeQuery('A', `count(${COMPLETED} > time() - $__interval_ms / 1000) or ${NONE}`, 'succeeded'),
    )
    .withTarget(rangeQuery('B', `count((${FAILED}) unless (${FAILED_BEFORE})) or ${NONE}`, 'failed'))
    .overrideByName('succeeded', [fixedColor(COLOR.SUCCEEDED)])
    .overrideByName('failed', [fixedColor(COLOR.FAILED)]);

const durations = () =>
  points(
    'Duration of Jobs',
    fromCluster(
      'A point for each Job that succeeded, a line for the one that has been running longest in its namespace. Kubernetes tells no time of failure.',
    ),
  )
    .unit('s')
    .noValue(NO_JOB)
    .withTarget(
      rangeQuery(
        'A',
        by('max', NAMESPACE, `${TOOK} and ${COMPLETED} > time() - $__interval_ms / 1000`),
        '{{cluster}} {{namespace}}',
      ),
    )
    .withTarget(rangeQuery('B', by('max', NAMESPACE, RUNNING_FOR), '{{cluster}} {{namespace}}, running'))
    .overrideByQuery('A', [shadesOf(COLOR.SUCCEEDED)])
    .overrideByQuery('B', [
      shadesOf(COLOR.RUNNING),
      { id: 'custom.drawStyle', value: GraphDrawStyle.Line },
      { id: 'custom.showPoints', value: VisibilityMode.Never },
    ]);

const jobs = () =>
  table({
    title: 'Jobs',
    description: fromCluster(
      'Each Job that the cluster still has. Failed pods of a Job that succeeded, or still runs, are its retries; of a Job that failed, Kubernetes may tell only that there were some.',
    ),
    queries: {
      A: STATE,
      B: `1000 * ${STARTED}`,
      C: `${TOOK} or ${RUNNING_FOR}`,
      D: by('sum', JOB, by('max', [...JOB, 'reason'], ofJobs('kube_job_status_failed'))),
    },
    columns: [
      { title: 'Cluster', from: 'cluster' },
      { title: 'Namespace', from: 'namespace' },
      { title: 'Job', from: 'job_name' },
      { title: 'State', from: 'A', width: 110, properties: [{ id: 'mappings', value: [STATES] }, FILLED] },
      { title: 'Started', from: 'B', width: 180, properties: [{ id: 'unit', value: 'dateTimeAsIso' }] },
      { title: 'Took', from: 'C', width: 110, properties: [{ id: 'unit', value: 's' }] },
      { title: 'Failed pods', from: 'D', width: 110 },
    ],
    sortBy: 'Started',
    noValue: NO_JOB,
  });

export const JOB_NUMBERS = [running, runningFor, failed, lastSuccess];
/** What kube-state-metrics alone can tell. */
export function jobLines(): Line[] {
  return [
    { height: 6, cells: [timeline()] },
    { height: 8, cells: [ended(), durations()] },
    { height: 8, cells: [jobs()] },
  ];
}
