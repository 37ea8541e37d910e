import type { DatabasePeer } from '../network/database-peer';

/** What is said of the run, whoever is told. */
export interface TelemetryOptions {
  /**
   * Name of the environment, for example `production`: the attribute `deployment.environment.name`, by which alerts and
   * dashboards tell environments apart.
   * @default - none
   */
  readonly environment?: string;
  /**
   * More attributes of everything that is sent, for example `{ 'service.name': 'orders-migration' }`. Namespace, pod, Job
   * and container are among them already.
   * @default - none
   */
  readonly resourceAttributes?: { readonly [name: string]: string };
  /**
   * Where the policy lets the pods send to: the pods behind a Service of the cluster, or the addresses of a host. Policies
   * see the port of the pods: where the Service maps its port, give it as `port` of the peer.
   * @default - the address or, in a CiliumNetworkPolicy, the host that the URL names; nobody for `localhost`, which is a
   * sidecar; else it must be given
   */
  readonly peer?: DatabasePeer;
}

export interface OtlpOptions extends TelemetryOptions {
  /**
   * URL of an OpenTelemetry collector that takes OTLP over HTTP, for example
   * `http://otel-collector.monitoring.svc:4318`.
   */
  readonly endpoint: string;
  /**
   * Secret with the headers of each request, `name=value` separated by commas: a login for example. A Secret or key that
   * is not there keeps no pod from starting.
   * @default - no headers
   */
  readonly headersSecretName?: string;
  /** @default 'OTEL_EXPORTER_OTLP_HEADERS' */
  readonly headersSecretKey?: string;
}

export interface PushgatewayOptions extends TelemetryOptions {
  /**
   * URL of the Pushgateway, for example `http://pushgateway.monitoring.svc:9091`. Give it or a Secret.
   * @default - in the Secret
   */
  readonly url?: string;
  /**
   * Secret with the URL, where a user and password stand in it. Then `peer` must be given, with its port unless that is
   * 9091; `dnsNames` must hold the host.
   * @default - `url` is given
   */
  readonly urlSecretName?: string;
  /** @default 'PUSHGATEWAY_URL' */
  readonly urlSecretKey?: string;
}
