import type { Duration } from 'cdk8s';

/** The pods that hand out what the runner has sent: of a Pushgateway, or of a collector that exports to Prometheus. */
export interface PodMonitorOptions {
  /** Labels of these pods, for example `{ 'app.kubernetes.io/name': 'prometheus-pushgateway' }`. At least one. */
  readonly podLabels: { readonly [key: string]: string };
  /**
   * Their namespace.
   * @default - that of the PodMonitor
   */
  readonly namespace?: string;
  /**
   * Name of the pods' port with the metrics.
   * @default 'metrics'
   */
  readonly port?: string;
  /** @default '/metrics' */
  readonly path?: string;
  /**
   * How often they are read. Above half of the five minutes for which an alert remembers, alerts flap.
   * @default Duration.seconds(30)
   */
  readonly interval?: Duration;
}
