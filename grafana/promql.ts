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
/** For how long Prometheus takes a sample for the current value, unless it is set up otherwise. */
const LOOKBACK = '5m';

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
 * What a run told about itself, at its end only: the last value in each window in which the run ended. Series of a
 * Pushgateway belong to a command, those of a pod to its only run.
 *
 * @param attributes of the metric.
 */
export function atEnd(metric: string, attributes: readonly string[], ...matchers: string[]): string {
  const ends = `last_over_time(${ofRuns(RUN_END, RUNS)}[${WINDOW}])`;
  const before = `last_over_time(${ofRuns(RUN_END, RUNS)}[${WINDOW}] offset ${WINDOW})`;
  const ended = `((${ends} unless (${ends} == ${before})) > time() - 2 * $__interval_ms / 1000)`;
  const values = (command: string) => `last_over_time(${ofRuns(metric, command, ...matchers)}[${WINDOW}])`;
  const differing = [
    ...attributes.filter((attribute) => !isIn(attribute, METRICS.RUN_END.attributes)),
    ...METRICS.RUN_END.attributes.filter((attribute) => !isIn(attribute, ['command', ...attributes])),
  ];
  const and = (labels: readonly string[]) =>
    labels.length === 0 ? `and ${ended}` : `and ignoring (${labels.join(', ')}) ${ended}`;
  const ofCommand = `${values('command!=""')} ${and(differing)}`;
  const ofPod = `${values('command=""')} ${and([...differing, 'command'])}`;
  return isIn('command', attributes) ? ofCommand : `${ofCommand} or ${ofPod}`;
}

const isIn = (name: string, names: readonly string[]) => names.includes(name);

/**
 * Of all series of each database, the one with the newest sample: of pods that are long gone the last one's. Its value
 * is the time of that sample.
 */
function newest(series: string, candidates = ''): string {
  const seen = `timestamp(${series}) or max_over_time(timestamp(${series})[$__range:${LOOKBACK}])`;
  return by('topk', DATABASE, `1, ${candidates ? `(${seen}) and ${candidates}` : seen}`);
}

/** How many migrations are in a state, as the last run of each database has left it. */
export function migrationsThatAre(state: 'applied' | 'pending'): string {
  const series = ofRuns(METRICS.SCHEMA_MIGRATIONS.prometheus, `state="${state}"`);
  return by('max', DATABASE, `last_over_time(${series}[$__range]) and ${newest(series)}`);
}

/**
 * The last migration that is applied, as a label. It is the one that was told with the number of those that are applied
 * now: an empty database has none, and what was rolled back is told with another number.
 */
export function schemaVersion(): string {
  const { prometheus, attributes } = METRICS.SCHEMA_VERSION;
  const series = ofRuns(prometheus);
  const applied = `on (${DATABASE.join(', ')}) group_left () ${migrationsThatAre('applied')}`;
  const current = `last_over_time(${series}[$__range]) == ${applied}`;
  return by('max', [...DATABASE, ...attributes], newest(series, `(${current})`));
}

/** When the last run of each database ended, in milliseconds as Grafana shows a time. */
export function lastEnd(): string {
  const last = by('topk', DATABASE, `1, last_over_time(${ofRuns(RUN_END, RUNS)}[$__range])`);
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
