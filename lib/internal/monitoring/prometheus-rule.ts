import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { MigrationMonitoringProps } from '../../monitoring';
import type { Alert, AlertSettings } from './alert';
import { noMigrationSinceDeploy } from './deployment-alert';
import { migrationAlerts, rollbackExecuted } from './job-alerts';
import { runnerAlerts } from './runner-alerts';

const SEVERITIES = {
  migrationFailed: 'critical',
  migrationRunningTooLong: 'warning',
  migrationRetried: 'warning',
  migrationLockWaits: 'warning',
  rollbackExecuted: 'info',
  rollbackFailed: 'critical',
  noSuccessfulMigrationSinceDeploy: 'warning',
} as const;

/**
 * Makes the alerts of these migrations.
 *
 * @see https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PrometheusRule
 */
export function createPrometheusRule(
  scope: Construct,
  name: string,
  props: MigrationMonitoringProps,
  settings: AlertSettings,
): ApiObject {
  return new ApiObject(scope, 'Rule', {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name, labels: { ...props.objectLabels } },
    spec: { groups: groupsOf(props, settings) },
  });
}

function groupsOf(props: MigrationMonitoringProps, settings: AlertSettings) {
  const watches = props.migrations.map(({ _watch }) => _watch);
  const group = (name: string, alerts: readonly Alert[]) => ({
    name: `drizzle-gate.${name}`,
    rules: alerts.map((alert) => ruleOf(alert, props)),
  });
  const byNamespace = distinct(watches, ({ inNamespace }) => inNamespace);
  return [
    ...watches.map((watch) =>
      group(watch.title, [
        ...migrationAlerts(watch, settings),
        ...(watch.deployments.length > 0 ? [noMigrationSinceDeploy(watch, settings)] : []),
      ]),
    ),
    // Of several databases in a namespace, the rollbacks mostly have the same names.
    ...distinct(watches, ({ inNamespace, rollbacks }) => [inNamespace, ...rollbacks].join()).map(
      (watch, index) => group(`rollback-${index + 1}`, [rollbackExecuted(watch, settings)]),
    ),
    ...((props.runnerMetrics ?? props.podMonitor !== undefined)
      ? byNamespace.map(({ inNamespace }, index) =>
          group(
            `runner-${index + 1}`,
            runnerAlerts(
              inNamespace,
              watches
                .filter((watch) => watch.inNamespace === inNamespace)
                .map(({ rollbackBaseName }) => rollbackBaseName),
              settings,
            ),
          ),
        )
      : []),
  ];
}

function ruleOf(alert: Alert, { severities = {}, alertLabels, runbookUrl }: MigrationMonitoringProps) {
  const { name, severity, summary, description, command } = alert;
  return {
    alert: name,
    expr: alert.expr,
    for: alert.for,
    labels: { ...alertLabels, ...alert.labels, severity: severities[severity] ?? SEVERITIES[severity] },
    annotations: {
      ...{ summary, description, command },
      ...(runbookUrl === undefined ? {} : { runbook_url: `${runbookUrl}#${name.toLowerCase()}` }),
    },
  };
}

function distinct<T>(all: readonly T[], key: (each: T) => string): T[] {
  return [...new Map(all.map((each) => [key(each), each])).values()];
}
