import type { Duration } from 'cdk8s';
import type { MigrationMonitoringProps, PodMonitorOptions } from '../../monitoring';
import { type Problems, shown } from '../problems';
import { dnsLabelProblem, labelProblems, objectNameProblem, wholeNumberProblem } from '../syntax';
import type { AlertSettings } from './alert';
import { checkDashboard } from './dashboard-config-map';
import { labelNameProblem } from './promql';

const DAY = 86_400;
/** Seconds in which each Prometheus looks twice. */
const SHORTEST_TTL = 120;

/** Finds what is wrong with the props, and gives the settings of the alerts with their defaults. */
export function checkMonitoring(problems: Problems, props: MigrationMonitoringProps): AlertSettings {
  const { name = 'drizzle-gate', objectLabels = {}, clusterLabel = 'cluster' } = props;
  problems.check('name', objectNameProblem(name));
  for (const text of labelProblems(objectLabels)) problems.add('objectLabels', text);
  problems.check('clusterLabel', labelNameProblem(clusterLabel));
  checkAlertLabels(problems, props);
  checkMigrations(problems, props);
  problems.check('runbookUrl', urlProblem(props.runbookUrl));
  if (props.podMonitor) checkPodMonitor(problems, props.podMonitor);
  if (props.includeDashboard ?? true) checkDashboard(problems, name, props.dashboard ?? {});
  const seconds = (prop: string, value: Duration | undefined, byDefault: number, min: number): number => {
    const given = value?.toSeconds({ integral: false }) ?? byDefault;
    const problem = wholeNumberProblem(given, min, 7 * DAY);
    problems.check(prop, problem?.replace('a whole number', 'a whole number of seconds'));
    return given;
  };
  const settings = {
    clusterLabel,
    runningTooLong: seconds('runningTooLong', props.runningTooLong, 1800, 60),
    lockWaits: seconds('lockWaits', props.lockWaits, 10, 1),
    informFor: seconds('informFor', props.informFor, 3600, 300),
    deployWindow: seconds('deployWindow', props.deployWindow, 3600, 60),
  };
  checkDeadlines(problems, props, settings.runningTooLong);
  checkTtls(problems, props);
  return settings;
}

/** A Job that fails before the alert can fire was never too long. */
function checkDeadlines(
  problems: Problems,
  { migrations }: MigrationMonitoringProps,
  runningTooLong: number,
): void {
  for (const { _watch } of migrations) {
    const { activeDeadline, title } = _watch;
    if (activeDeadline === undefined || runningTooLong + 300 < activeDeadline) continue;
    problems.add(
      'runningTooLong',
      `${runningTooLong} seconds, and five minutes until the alert fires, are not over before ${title} fails by itself after ${activeDeadline} seconds; give less, or a longer activeDeadline`,
    );
  }
}

/** What is gone before Prometheus looks raises no alert, and would pass for a migration that never succeeded. */
function checkTtls(problems: Problems, { migrations }: MigrationMonitoringProps): void {
  for (const { _watch } of migrations) {
    const { ttlAfterFinished, title } = _watch;
    if (ttlAfterFinished === undefined || ttlAfterFinished >= SHORTEST_TTL) continue;
    problems.add(
      'migrations',
      `the Job of ${title} is removed ${ttlAfterFinished} seconds after its end, when Prometheus may not have seen how it ended; give its ttlAfterFinished at least ${SHORTEST_TTL} seconds`,
    );
  }
}

function checkMigrations(problems: Problems, { migrations }: MigrationMonitoringProps): void {
  if (migrations.length === 0) problems.add('migrations', '[] watches nothing; give at least one');
  const titles = migrations.map(({ _watch }) => _watch.title);
  for (const title of new Set(titles.filter((each, index) => titles.indexOf(each) !== index))) {
    problems.add(
      'migrations',
      `${shown(title)} stands for two of them, whose Jobs only a hash tells apart, so that a success of one would hide a failure of the other; give each database a baseName`,
    );
  }
}

function checkAlertLabels(problems: Problems, props: MigrationMonitoringProps): void {
  const { alertLabels = {}, severities = {} } = props;
  for (const [label, value] of Object.entries(alertLabels)) {
    problems.check('alertLabels', labelNameProblem(label));
    if (['alertname', 'severity', 'base_name'].includes(label)) {
      problems.add('alertLabels', `${shown(label)} is set by the construct; leave it out`);
    }
    problems.check('alertLabels', valueProblem(value));
  }
  for (const value of Object.values(severities)) problems.check('severities', valueProblem(value));
}

function valueProblem(value: unknown): string | undefined {
  if (value === undefined || (typeof value === 'string' && value.trim() !== '')) return undefined;
  return `${shown(value)} is no value of a label; give a text, for example "warning"`;
}

function urlProblem(url: string | undefined): string | undefined {
  if (url === undefined || /^https?:\/\/[^\s#]+$/.test(url)) return undefined;
  return `${shown(url)} is not the address of a page; write it like "https://wiki.example.com/drizzle-gate", without "#"`;
}

function checkPodMonitor(problems: Problems, options: PodMonitorOptions): void {
  const { podLabels, namespace, port = 'metrics', path = '/metrics', interval } = options;
  if (Object.keys(podLabels).length === 0) {
    problems.add(
      'podMonitor.podLabels',
      '{} selects every pod; give the labels of the Pushgateway or collector',
    );
  }
  for (const text of labelProblems(podLabels)) problems.add('podMonitor.podLabels', text);
  if (namespace !== undefined) problems.check('podMonitor.namespace', dnsLabelProblem(namespace));
  if (!/^(?=.*[a-z])[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(port) || port.length > 15) {
    problems.add(
      'podMonitor.port',
      `${shown(port)} is not the name of a port; write at most 15 lower-case letters, digits and "-", for example "metrics"`,
    );
  }
  if (!/^\/\S*$/.test(path)) {
    problems.add('podMonitor.path', `${shown(path)} is not a path; write it like "/metrics"`);
  }
  const problem = wholeNumberProblem(interval?.toSeconds({ integral: false }) ?? 30, 1, 150);
  problems.check('podMonitor.interval', problem?.replace('a whole number', 'a whole number of seconds'));
}
