import { Label, METRICS, MIGRATION_COMPONENT, STANDING_ATTRIBUTES } from '../../../core/contract';
import type { Alert, AlertSettings } from './alert';
import { highest, indented, newest } from './promql';

/** As a name of OpenTelemetry becomes a label of Prometheus. */
const asLabel = (attribute: string): string => attribute.replaceAll('.', '_');
const STANDING = STANDING_ATTRIBUTES.map(asLabel);
const [DATABASE = '', NAMESPACE = ''] = STANDING;

/**
 * The alerts on what only the runner knows. Each run sends its last values once, so there is nothing of which a rate could
 * be taken; a Pushgateway keeps them for ever, so the time of the run bounds them.
 */
export function runnerAlerts(
  inNamespace: string,
  rollbackBaseNames: readonly (string | undefined)[],
  settings: AlertSettings,
): Alert[] {
  const matcher = inNamespace.replace(/^namespace/, NAMESPACE);
  return [lockWaits(matcher, settings), rollbackFailed(matcher, podsOf(rollbackBaseNames), settings)];
}

/** Selects the pods of rollbacks of these names; where one is only a pattern, those of migrations too. */
function podsOf(rollbackBaseNames: readonly (string | undefined)[]): string {
  const component = `${Label.COMPONENT}=${MIGRATION_COMPONENT}`;
  if (rollbackBaseNames.includes(undefined)) return component;
  return `'${component},${Label.NAME} in (${[...new Set(rollbackBaseNames)].join(',')})'`;
}

/**
 * The waits of a run count while its start is recent, not that of another run of the database. In a Pushgateway its series
 * have the command, of which it keeps the last run; those that come through a collector have the instance, which is the
 * run's.
 */
function lockWaits(matcher: string, settings: AlertSettings): Alert {
  const { clusterLabel, lockWaits: limit, informFor } = settings;
  const place = [clusterLabel, ...STANDING];
  const ofRuns = (command: string, run: readonly string[]): string => {
    const waited = newest({
      metric: `${METRICS.LOCK_WAIT.prometheus}_sum`,
      matchers: [matcher, command],
      by: [...run, ...METRICS.LOCK_WAIT.attributes],
    });
    const started = highest({ metric: METRICS.RUN_START.prometheus, matchers: [matcher], by: run });
    return `(sum by (${run.join(', ')}, lock) (${waited}) > ${limit})
and on (${run.join(', ')}) (time() - ${started} < ${informFor})`;
  };
  return {
    name: 'DrizzleGateMigrationLockWaits',
    severity: 'migrationLockWaits',
    for: '1m',
    expr: `max by (${place.join(', ')}, lock) (
${indented(ofRuns('command!=""', [...place, 'instance', 'command']))}
  or
${indented(ofRuns('command=""', [...place, 'instance']))}
)`,
    summary: `A migration of {{ $labels.${DATABASE} }} in {{ $labels.${NAMESPACE} }} waited for locks`,
    description: `Its last run waited {{ $value | humanizeDuration }} for locks ({{ $labels.lock }}: "migration" is another run, "statement" what a statement works on, while the application may wait behind it). The events lock_waiting and statement_waiting in its log name the sessions that were in the way.`,
    command: `kubectl --namespace {{ $labels.${NAMESPACE} }} logs -l app.kubernetes.io/component=database-migration --all-containers --prefix --tail=-1 | grep -E '"(lock|statement)_waiting"'`,
  };
}

/** A rollback that was refused because nobody has confirmed it has only shown its plan (85). */
function rollbackFailed(matcher: string, pods: string, { clusterLabel, informFor }: AlertSettings): Alert {
  const place = [clusterLabel, ...STANDING];
  const ended = (codes: string) =>
    highest({
      metric: METRICS.RUN_END.prometheus,
      matchers: [matcher, 'command="rollback"', `exit_code${codes}`],
      by: place,
    });
  return {
    name: 'DrizzleGateRollbackFailed',
    severity: 'rollbackFailed',
    for: '0s',
    expr: `(time() - ${ended('!~"0|85"')} < ${informFor})
unless on (${place.join(', ')}) (
  ${ended('!~"0|85"')} <= on (${place.join(', ')}) ${ended('="0"')}
)`,
    summary: `A rollback of {{ $labels.${DATABASE} }} in {{ $labels.${NAMESPACE} }} has failed`,
    description:
      'It ended {{ $value | humanizeDuration }} ago and none has succeeded since. Exit code 82: nothing was changed; 86: it stopped midway, and the same again goes on; docs/on-call.md has the others.',
    command: `kubectl --namespace {{ $labels.${NAMESPACE} }} logs -l ${pods} --all-containers --prefix --tail=-1`,
  };
}
