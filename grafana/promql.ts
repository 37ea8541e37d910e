import { Command, METRICS, STANDING_ATTRIBUTES } from '../core/contract';

/** Labels of a database, as far as they are known: what tells apart one from another. */
export const DATABASE = ['cluster', ...STANDING_ATTRIBUTES.map(labelOf)];
/** Labels of a Job in kube-state-metrics. */
export const JOB = ['cluster', 'namespace', 'job_name'];

/** Commands that change a database; the others look at it, some of them in every pod that starts. */
const CHANGING = [Command.MIGRATE, Command.ROLLBACK, Command.ROLLBACK_KEPT, Command.BASELINE, Command.REPAIR];
const CHECKING = [Command.PREFLIGHT, Command.ROLLBACK_PREFLIGHT];
export const CHANGES = `command=~"${CHANGING.join('|')}"`;
export const REFUSALS = `command=~"${CHECKING.join('|')}",outcome="failed"`;
const RUNS = `command=~"${[...CHANGING, ...CHECKING].join('|')}"`;

const RUN_START = METRICS.RUN_START.prometheus;
const RUN_END = METRICS.RUN_END.prometheus;

/** Where all that is drawn as a run over time begins to be one bar or point. */
const WINDOW = '$__interval';

/** Name of an attribute in Prometheus. */
export function labelOf(attribute: string): string {
  return attribute.replaceAll('.', '_');
}

/** Series of kube-state-metrics of the Jobs that the dashboard is about. */
export function ofJobs(metric: string, ...matchers: string[]): string {
  return select(metric, ['cluster=~"$cluster"', 'namespace=~"$namespace"', 'job_name=~"$job"', ...matchers]);
}

/** Series of the runner's of the databases that the dashboard is about. */
export function ofRuns(metric: string, ...matchers: string[]): string {
  const standing = [
    'cluster=~"$cluster"',
    'k8s_namespace_name=~"$namespace"',
    'db_namespace=~"$db_namespace"',
  ];
  return select(metric, [...standing, ...matchers]);
}

function select(metric: string, matchers: readonly string[]): string {
  return `${metric}{${matchers.join(',')}}`;
}

export function by(operator: string, labels: readonly string[], expression: string): string {
  return `${operator} by (${labels.join(', ')}) (${expression})`;
}

/**
 * How many runs ended in each window, from the time of their end, which is a value of its own for each run. A counter
 * would not do: the series of a pod begins with its only run and vanishes, so that it never rises; and a Pushgateway
 * keeps the last value for ever, so that its presence says nothing. Hence what counts is each value that is new: changes
 * within the window, and its first value unless the window before ended with it, or it is older than both.
 */
export function runsEnded(...matchers: string[]): string {
  const ends = ofRuns(RUN_END, ...matchers);
  const first = `min_over_time(${ends}[${WINDOW}])`;
  const before = `last_over_time(${ends}[${WINDOW}] offset ${WINDOW})`;
  const isNew = `(${first} != bool ${before} or ${first} > bool (time() - 2 * $__interval_ms / 1000))`;
  return by('sum', ['command', 'outcome'], `changes(${ends}[${WINDOW}]) + ${isNew}`);
}

/**
 * Values of runs that no two runs share, each in the window in which it was told: the last of a window, unless the window
 * before ended with it. What a Pushgateway keeps from older runs is not drawn again.
 */
export function told(metric: string, ...matchers: string[]): string {
  const values = `last_over_time(${ofRuns(metric, ...matchers)}[${WINDOW}])`;
  const before = `last_over_time(${ofRuns(metric, ...matchers)}[${WINDOW}] offset ${WINDOW})`;
  return `${values} unless (${values} == ${before})`;
}

/**
 * Values that runs may share, in each window in which a run ended. Series of a Pushgateway belong to a command, those of
 * a pod to its only run.
 *
 * @param attributes of the metric.
 */
export function toldAtEnd(metric: string, attributes: readonly string[]): string {
  const ended = `((${told(RUN_END, RUNS)}) > time() - 2 * $__interval_ms / 1000)`;
  const values = (command: string) => `last_over_time(${ofRuns(metric, command)}[${WINDOW}])`;
  const differing = [...attributes, 'outcome', 'exit_code'].join(', ');
  return [
    `${values('command!=""')} and ignoring (${differing}) ${ended}`,
    `${values('command=""')} and ignoring (${differing}, command) ${ended}`,
  ].join(' or ');
}

/**
 * Of these series of each database the one of the run that began last: what they say can't tell, because a rollback makes
 * numbers smaller, and a pod that is long gone still counts in the chosen time.
 */
function ofLastRun(series: string, attributes: readonly string[]): string {
  const starts = `max without (command) (last_over_time(${ofRuns(RUN_START)}[$__range]))`;
  const began = `0 * ${series} + ignoring (${attributes.join(', ')}, command) group_left () ${starts}`;
  return by('topk', DATABASE, `1, ${began}`);
}

/** How many migrations are in a state, as the last run of each database has left it. */
export function migrationsThatAre(state: 'applied' | 'pending'): string {
  const { prometheus, attributes } = METRICS.SCHEMA_MIGRATIONS;
  const series = `last_over_time(${ofRuns(prometheus, `state="${state}"`)}[$__range])`;
  return by('max', DATABASE, `${series} and ${ofLastRun(series, attributes)}`);
}

/**
 * The last migration that is applied, as a label; the value has no meaning. It is one that was told with the number of
 * those that are applied now: an empty database has none. What is told right now goes before what was told once: a
 * Pushgateway forgets the migration before, but Prometheus remembers it.
 */
export function schemaVersion(): string {
  const { prometheus, attributes } = METRICS.SCHEMA_VERSION;
  const database = `on (${DATABASE.join(', ')})`;
  const versions = ofRuns(prometheus);
  const known = `(${versions} or ${database} last_over_time(${versions}[$__range]))`;
  const series = `(${known} == ${database} group_left () ${migrationsThatAre('applied')})`;
  return by('max', [...DATABASE, ...attributes], ofLastRun(series, attributes));
}

/** When the last run of each database ended, in milliseconds as Grafana shows a time. */
export function lastEnd(): string {
  const ends = [CHANGES, REFUSALS].map((which) => `last_over_time(${ofRuns(RUN_END, which)}[$__range])`);
  const last = by('topk', DATABASE, `1, ${ends.join(' or ')}`);
  return `1000 * ${by('max', [...DATABASE, ...METRICS.RUN_END.attributes], last)}`;
}

/** How many runs failed in the whole range; 0 where runs are known and none failed. */
export function failedRuns(): string {
  const ends = ofRuns(RUN_END, RUNS, 'outcome="failed"');
  const first = `(min_over_time(${ends}[$__range]) > bool (time() - $__range_s))`;
  return `sum(changes(${ends}[$__range]) + ${first}) or ${noneOf(`last_over_time(${ofRuns(RUN_START)}[$__range])`)}`;
}

/** 0 where there are such series, nothing where there are none: what is not known is not shown as none. */
export function noneOf(series: string): string {
  return `0 * count(${series})`;
}
