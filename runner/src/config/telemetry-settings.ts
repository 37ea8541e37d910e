import type { EnvironmentReader } from './environment';

/** Whom the run is told to, besides its log; all of it undefined where nobody asked for it. */
export interface TelemetrySettings {
  /** URL of a collector that takes OTLP over HTTP. */
  readonly endpoint: string | undefined;
  /** As OpenTelemetry writes them: `name=value,name=value`. */
  readonly headers: string | undefined;
  readonly resourceAttributes: string | undefined;
  /** As W3C Trace Context writes it. */
  readonly traceparent: string | undefined;
  /** URL of a Pushgateway. */
  readonly pushgateway: string | undefined;
}

export function readTelemetry(reader: EnvironmentReader): TelemetrySettings {
  return {
    endpoint: reader.text('OTEL_EXPORTER_OTLP_ENDPOINT'),
    headers: reader.text('OTEL_EXPORTER_OTLP_HEADERS'),
    resourceAttributes: reader.text('OTEL_RESOURCE_ATTRIBUTES'),
    traceparent: reader.text('TRACEPARENT'),
    pushgateway: reader.text('PUSHGATEWAY_URL'),
  };
}
