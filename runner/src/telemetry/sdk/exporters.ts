import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { OTLPMetricExporter as JsonMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtobufMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter as JsonTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import type { OtlpDestination } from '../destinations';

type Config = {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly timeoutMillis?: number;
};

export function traceExporter(destination: OtlpDestination, timeoutMillis?: number) {
  const config = configOf(destination, timeoutMillis);
  return destination.format === 'json' ? new JsonTraceExporter(config) : new ProtobufTraceExporter(config);
}

export function metricExporter(destination: OtlpDestination, timeoutMillis?: number) {
  const config = configOf(destination, timeoutMillis);
  return destination.format === 'json' ? new JsonMetricExporter(config) : new ProtobufMetricExporter(config);
}

function configOf({ url, headers }: OtlpDestination, timeoutMillis: number | undefined): Config {
  // Everything else (certificates, compression, the ordinary timeout) the SDK reads itself.
  return {
    url,
    headers: { ...headers },
    ...(timeoutMillis !== undefined && { timeoutMillis }),
  };
}

/** @throws Error that says why it was not delivered. */
export function exported<T>(
  exporter: { export(items: T, done: (result: ExportResult) => void): void },
  items: T,
): Promise<void> {
  return new Promise((resolve, reject) => {
    exporter.export(items, ({ code, error }) => {
      if (code === ExportResultCode.SUCCESS) resolve();
      else reject(error ?? new Error('refused'));
    });
  });
}
