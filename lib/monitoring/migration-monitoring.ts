import type { ApiObject, Duration } from 'cdk8s';
import type { ConfigMap } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { Delivery } from '../delivery';
import { markBeside } from '../internal/delivery/mark';
import { checkMonitoring } from '../internal/monitoring/check-monitoring';
import { createDashboard } from '../internal/monitoring/dashboard-config-map';
import { createPodMonitor } from '../internal/monitoring/pod-monitor';
import { createPrometheusRule } from '../internal/monitoring/prometheus-rule';
import { hiddenTwins } from '../internal/monitoring/twins';
import { Problems } from '../internal/problems';
import type { AlertSeverities } from './alert-severities';
import type { DashboardOptions } from './dashboard-options';
import type { PodMonitorOptions } from './pod-monitor-options';
import type { WatchedMigration } from './watched-migration';

export interface MigrationMonitoringProps {
  /** What is watched. */
  readonly migrations: WatchedMigration[];
  /**
   * Name of the objects.
   * @default 'drizzle-gate'
   */
  readonly name?: string;
  /**
   * Labels of the PrometheusRule and the PodMonitor, by which a Prometheus finds them: `{ release: 'prometheus' }` for
   * a kube-prometheus-stack of that name.
   * @default - none
   */
  readonly objectLabels?: { readonly [key: string]: string };
  /**
   * Labels of every alert, by which Alertmanager finds who must know.
   * @default - only `severity` and `base_name`
   */
  readonly alertLabels?: { readonly [name: string]: string };
  /**
   * How bad each alert is.
   * @default - see there
   */
  readonly severities?: AlertSeverities;
  /**
   * Page on which each alert has a heading of its name; the annotation `runbook_url` names it.
   * @default - no such annotation
   */
  readonly runbookUrl?: string;
  /**
   * Label that tells clusters apart, where one Prometheus, Thanos or Mimir holds the metrics of several.
   * @default 'cluster'
   */
  readonly clusterLabel?: string;
  /**
   * After which time a migration that has not ended is told of, five minutes later. Must be shorter than its
   * `activeDeadline`.
   * @default Duration.minutes(30)
   */
  readonly runningTooLong?: Duration;
  /**
   * How long one run may wait for locks in all.
   * @default Duration.seconds(10)
   */
  readonly lockWaits?: Duration;
  /**
   * How long after its event an alert goes on that only informs: a rollback, lock waits, attempts of a Job that has
   * succeeded.
   * @default Duration.hours(1)
   */
  readonly informFor?: Duration;
  /**
   * How long before a deployment its migration may have completed. Where a Job stays the same over several releases and
   * is not run again, as with an unchanged image and `kubectl apply`, give the Job's `ttlAfterFinished`.
   * @default Duration.hours(1)
   */
  readonly deployWindow?: Duration;
  /**
   * Whether Prometheus has the runner's own metrics, so that there are alerts on them: lock waits, failed rollbacks.
   * @default - true where there is a `podMonitor`
   */
  readonly runnerMetrics?: boolean;
  /**
   * Makes Prometheus read the runner's metrics where the runner has sent them. The Jobs' own pods live for seconds and
   * serve nothing.
   * @default - no PodMonitor
   */
  readonly podMonitor?: PodMonitorOptions;
  /**
   * Whether there is a dashboard for Grafana.
   * @default true
   */
  readonly includeDashboard?: boolean;
  /**
   * What it is called, and where it is found.
   * @default - see there
   */
  readonly dashboard?: DashboardOptions;
  /**
   * Who applies the manifests, where it is not kubectl: Helm and Flux would replace what looks like their templates.
   * @default Delivery.kubectl()
   */
  readonly delivery?: Delivery;
}

/**
 * Tells people of what happens to migrations: alerts for Prometheus, in a PrometheusRule of its operator, and a dashboard for
 * Grafana. They need kube-state-metrics, and where the runner sends its own metrics, those too.
 *
 * It stands best in a chart of the platform's team: a cluster without the operator refuses its objects. Several can watch
 * different migrations.
 *
 * @see docs/monitoring.md
 */
export class MigrationMonitoring extends Construct {
  public readonly prometheusRule: ApiObject;
  public readonly podMonitor?: ApiObject;
  public readonly dashboard?: ConfigMap;

  /** @throws Error with every problem of the props. */
  constructor(scope: Construct, id: string, props: MigrationMonitoringProps) {
    super(scope, id);
    const { name = 'drizzle-gate', objectLabels, podMonitor, delivery } = props;
    const problems = new Problems();
    const settings = checkMonitoring(problems, props);
    problems.throwIfAny();
    this.prometheusRule = createPrometheusRule(this, name, props, settings);
    if (podMonitor) this.podMonitor = createPodMonitor(this, name, podMonitor, objectLabels);
    const watches = props.migrations.map(({ _watch }) => _watch);
    if (props.includeDashboard ?? true) {
      this.dashboard = createDashboard(this, name, props.dashboard ?? {}, watches, settings.clusterLabel);
    }
    if (delivery) markBeside(delivery, this);
    this.node.addValidation({ validate: () => hiddenTwins(this, watches) });
  }
}
