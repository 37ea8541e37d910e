import { TableCellDisplayMode } from '@grafana/grafana-foundation-sdk/common';
import { METRICS } from '../core/contract';
import type { Line } from './layout';
import {
  bars,
  COLOR,
  fixedColor,
  fromRunner,
  instantQuery,
  mapping,
  number,
  points,
  rangeQuery,
  shadesOf,
  TELEMETRY_IS_OFF,
  thresholds,
} from './panels';
import {
  by,
  CHANGES,
  DATABASE,
  failedRuns,
  lastEnd,
  migrationsThatAre,
  ofRuns,
  REFUSALS,
  runsEnded,
  schemaVersion,
  told,
  toldAtEnd,
} from './promql';
import { type Column, FILLED, table } from './table';

const OUTCOMES = mapping({
  succeeded: ['succeeded', COLOR.SUCCEEDED],
  failed: ['failed', COLOR.FAILED],
  stale: ['done by another run', COLOR.NEUTRAL],
});
const OUTCOME: Column = {
  title: 'Outcome',
  from: 'outcome',
  width: 110,
  properties: [{ id: 'mappings', value: [OUTCOMES] }, FILLED],
};
const { MIGRATION_DURATION, RUN_DURATION, LOCK_WAIT, RETRIES } = METRICS;

const PLACE: Column[] = [
  { title: 'Cluster', from: 'cluster' },
  { title: 'Environment', from: 'deployment_environment_name' },
  { title: 'Namespace', from: 'k8s_namespace_name' },
  { title: 'Database', from: 'db_namespace' },
];

const failed = () =>
  number('Failed runs', fromRunner('Runs of the chosen time that failed, retries of a Job among them.'))
    .thresholds(thresholds(COLOR.SUCCEEDED, { value: 1, color: COLOR.FAILED }))
    .noValue(TELEMETRY_IS_OFF)
    .withTarget(instantQuery('A', failedRuns()));

const pending = () =>
  number(
    'Pending migrations',
    fromRunner('Of all databases, as their last run of the chosen time has left them.'),
  )
    .thresholds(thresholds(COLOR.SUCCEEDED, { value: 1, color: COLOR.WAITING }))
    .noValue(TELEMETRY_IS_OFF)
    .withTarget(instantQuery('A', `sum(${migrationsThatAre('pending')})`));

const databases = () =>
  table({
    title: 'Schema version of each database',
    description: fromRunner(
      'What the last run of the chosen time has left: the last migration that is applied, how many are applied and how many pending, and how the run ended.',
    ),
    queries: {
      A: schemaVersion(),
      B: migrationsThatAre('applied'),
      C: migrationsThatAre('pending'),
      D: lastEnd(),
    },
    columns: [
      ...PLACE,
      { title: 'Last migration', from: 'migration' },
      { title: 'Applied', from: 'B', width: 90 },
      {
        title: 'Pending',
        from: 'C',
        width: 90,
        properties: [
          { id: 'thresholds', value: thresholds(COLOR.NEUTRAL, { value: 1, color: COLOR.WAITING }).build() },
          { id: 'custom.cellOptions', value: { type: TableCellDisplayMode.ColorText } },
        ],
      },
      { title: 'Last run', from: 'command', width: 130 },
      OUTCOME,
      { title: 'Exit code', from: 'exit_code', width: 90 },
      { title: 'Ended', from: 'D', width: 180, properties: [{ id: 'unit', value: 'dateTimeAsIso' }] },
    ],
    sortBy: 'Ended',
    noValue: TELEMETRY_IS_OFF,
  });

const runs = () =>
  bars(
    'Runs',
    fromRunner(
      'How many runs ended, by command and outcome: those that may change a database, and checks before them that failed.',
    ),
  )
    .decimals(0)
    .noValue(TELEMETRY_IS_OFF)
    .withTarget(rangeQuery('A', runsEnded(CHANGES), '{{command}} {{outcome}}'))
    .withTarget(rangeQuery('B', runsEnded(REFUSALS), '{{command}} {{outcome}}'))
    .overrideByRegexp('/ succeeded$/', [fixedColor(COLOR.SUCCEEDED)])
    .overrideByRegexp('/^rollback.* succeeded$/', [fixedColor(COLOR.ROLLBACK)])
    .overrideByRegexp('/ failed$/', [fixedColor(COLOR.FAILED)])
    .overrideByRegexp('/^rollback.* failed$/', [fixedColor('dark-red')])
    .overrideByRegexp('/^preflight failed$/', [fixedColor(COLOR.WAITING)]);

const durations = () =>
  points('Duration of runs', fromRunner('A point for each run where it ended, waits and retries included.'))
    .unit('s')
    .noValue(TELEMETRY_IS_OFF)
    .withTarget(
      rangeQuery(
        'A',
        by(
          'max',
          ['cluster', 'k8s_namespace_name', 'db_namespace', 'command', 'outcome'],
          told(`${RUN_DURATION.prometheus}_sum`, CHANGES),
        ),
        '{{k8s_namespace_name}} {{db_namespace}}: {{command}} {{outcome}}',
      ),
    )
    .overrideByRegexp('/ succeeded$/', [shadesOf(COLOR.SUCCEEDED)])
    .overrideByRegexp('/ rollback /', [shadesOf(COLOR.ROLLBACK)])
    .overrideByRegexp('/ failed$/', [shadesOf(COLOR.FAILED)]);

const slowest = () =>
  table({
    title: 'Slowest migrations',
    description: fromRunner(
      'The twenty of the chosen time that took longest to be applied or undone, without the commit.',
    ),
    queries: {
      A: `topk(20, ${by(
        'max',
        [...DATABASE, ...MIGRATION_DURATION.attributes],
        `last_over_time(${ofRuns(MIGRATION_DURATION.prometheus)}[$__range])`,
      )})`,
    },
    columns: [
      ...PLACE,
      { title: 'Migration', from: 'migration' },
      { title: 'Way', from: 'way', width: 110 },
      OUTCOME,
      { title: 'Duration', from: 'A', width: 120, properties: [{ id: 'unit', value: 's' }] },
    ],
    sortBy: 'Duration',
    noValue: TELEMETRY_IS_OFF,
  });

const lockWaits = () =>
  bars(
    'Waits for locks',
    fromRunner(
      'How long runs waited for the migration lock, which another run held, or for locks that a statement needs.',
    ),
  )
    .unit('s')
    .noValue('no waits, or telemetry is off')
    .withTarget(
      rangeQuery(
        'A',
        by('sum', ['db_namespace', ...LOCK_WAIT.attributes], told(`${LOCK_WAIT.prometheus}_sum`)),
        '{{db_namespace}}: {{lock}} lock, obtained: {{obtained}}',
      ),
    )
    .overrideByRegexp('/: migration lock/', [shadesOf(COLOR.RUNNING)])
    .overrideByRegexp('/: statement lock/', [shadesOf(COLOR.WAITING)])
    .overrideByRegexp('/obtained: false$/', [fixedColor(COLOR.FAILED)]);

const retries = () =>
  bars(
    'Retries within runs',
    fromRunner(
      'How often a run tried something again: a unit of migrations that did not get its locks, or a connection. Retries of a whole Job are its failed pods.',
    ),
  )
    .decimals(0)
    .noValue(TELEMETRY_IS_OFF)
    .withTarget(
      rangeQuery(
        'A',
        by('sum', ['db_namespace', ...RETRIES.attributes], toldAtEnd(RETRIES.prometheus, RETRIES.attributes)),
        '{{db_namespace}}: {{reason}}',
      ),
    );

export const RUN_NUMBERS = [failed, pending];
/** What only the runner knows. */
export function runLines(): Line[] {
  return [
    { height: 7, cells: [databases()] },
    { height: 8, cells: [runs(), durations()] },
    { height: 8, cells: [lockWaits(), retries()] },
    { height: 9, cells: [slowest()] },
  ];
}
