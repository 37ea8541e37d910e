// The package as a whole brings a server along.
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus/build/src/PrometheusSerializer';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { METRICS } from '../../../../core/contract/metrics';

const NAMES = new Map<string, string>(
  Object.values(METRICS).map(({ name, prometheus }) => [name, prometheus]),
);

/**
 * In the text format of Prometheus, under the names of the contract. Undefined where there is nothing.
 *
 * @param isWanted by the name in OpenTelemetry.
 */
export function prometheusText(
  { resource, scopeMetrics }: ResourceMetrics,
  isWanted: (name: string) => boolean,
): string | undefined {
  const renamed = scopeMetrics.map(({ scope, metrics }) => ({
    scope,
    metrics: metrics
      .filter(({ descriptor }) => isWanted(descriptor.name))
      .map((metric) => ({
        ...metric,
        descriptor: {
          ...metric.descriptor,
          name: NAMES.get(metric.descriptor.name) ?? metric.descriptor.name,
        },
      })),
  }));
  if (renamed.every(({ metrics }) => metrics.length === 0)) return undefined;
  return new PrometheusSerializer(undefined, false, undefined, true, true).serialize({
    resource,
    scopeMetrics: renamed as ResourceMetrics['scopeMetrics'],
  });
}
