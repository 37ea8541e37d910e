import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { PodMonitorOptions } from '../../monitoring';

/**
 * Makes Prometheus read what the runner has pushed.
 *
 * @see https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PodMonitor
 */
export function createPodMonitor(
  scope: Construct,
  name: string,
  options: PodMonitorOptions,
  labels: { readonly [key: string]: string } = {},
): ApiObject {
  const { podLabels, namespace, port = 'metrics', path = '/metrics', interval } = options;
  return new ApiObject(scope, 'PodMonitor', {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PodMonitor',
    metadata: { name, labels: { ...labels } },
    spec: {
      selector: { matchLabels: podLabels },
      ...(namespace === undefined ? {} : { namespaceSelector: { matchNames: [namespace] } }),
      podMetricsEndpoints: [
        // The labels are the run's, not those of the pod that hands them out.
        { port, path, interval: `${interval?.toSeconds() ?? 30}s`, honorLabels: true },
      ],
    },
  });
}
