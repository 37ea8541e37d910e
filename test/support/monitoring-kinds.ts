import { closed, named, object, type Schema, text, texts } from './custom-resources';

const duration: Schema = { type: 'string', pattern: '^([0-9]+(ms|[smhdwy]))+$' };
const labelNames: Schema = { pattern: '^[a-zA-Z_][a-zA-Z0-9_]*$' };
const labels: Schema = { ...texts, propertyNames: labelNames };
const list = (items: Schema): Schema => ({ type: 'array', minItems: 1, items });

/** @see https://prometheus-operator.dev/docs/api-reference/api/ */
const prometheusRule = object(
  'monitoring.coreos.com/v1',
  'PrometheusRule',
  named(),
  closed(['groups'], {
    groups: list(
      closed(['name', 'rules'], {
        name: text,
        rules: list(
          closed(['alert', 'expr', 'for', 'labels', 'annotations'], {
            alert: text,
            expr: text,
            for: duration,
            labels,
            annotations: labels,
          }),
        ),
      }),
    ),
  }),
);

const podMonitor = object(
  'monitoring.coreos.com/v1',
  'PodMonitor',
  named(),
  closed(['selector', 'podMetricsEndpoints'], {
    selector: closed(['matchLabels'], { matchLabels: { ...texts, minProperties: 1 } }),
    namespaceSelector: closed(['matchNames'], { matchNames: list(text) }),
    podMetricsEndpoints: list(
      closed(['port', 'path', 'interval', 'honorLabels'], {
        port: text,
        path: { type: 'string', pattern: '^/' },
        interval: duration,
        honorLabels: { type: 'boolean' },
      }),
    ),
  }),
);

/** By apiVersion and kind. */
export const MONITORING_KINDS: Record<string, Schema> = {
  'monitoring.coreos.com/v1/PrometheusRule': prometheusRule,
  'monitoring.coreos.com/v1/PodMonitor': podMonitor,
};
