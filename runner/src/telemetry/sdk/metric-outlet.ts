import { getNumberFromEnv } from '@opentelemetry/core';
import { AggregationTemporality, MetricReader, type PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { OtlpDestination } from '../destinations';
import { answersForName } from './answers-for-name';
import { exported, metricExporter } from './exporters';
import {
  LAST_ATTEMPT_MS,
  MOST_SERIES,
  OneAtATime,
  type Outlet,
  reasonOf,
  showTarget,
  within,
} from './outlet';

const INTERVAL_MS = 60_000;
/** With more, a timer of Node fires at once. */
const LONGEST_MS = 2 ** 31 - 1;

export function metricOutlet(destination: OtlpDestination): MetricOutlet {
  return new MetricOutlet(
    destination,
    metricExporter(destination),
    metricExporter(destination, LAST_ATTEMPT_MS),
  );
}

/** Sends the metrics when it is told to, and every OTEL_METRIC_EXPORT_INTERVAL of a long run. */
export class MetricOutlet extends MetricReader implements Outlet {
  private readonly early = new OneAtATime(() => this.deliver(this.exporter));
  private readonly interval: NodeJS.Timeout;

  constructor(
    private readonly destination: OtlpDestination,
    private readonly exporter: PushMetricExporter,
    private readonly last: PushMetricExporter,
  ) {
    super({
      cardinalitySelector: () => MOST_SERIES,
      aggregationTemporalitySelector: (instrument) =>
        exporter.selectAggregationTemporality?.(instrument) ?? AggregationTemporality.CUMULATIVE,
    });
    const wanted = getNumberFromEnv('OTEL_METRIC_EXPORT_INTERVAL') ?? INTERVAL_MS;
    const interval = wanted > 0 ? Math.min(wanted, LONGEST_MS) : INTERVAL_MS;
    this.interval = setInterval(() => this.send(), interval).unref();
  }

  send(): void {
    this.early.start();
  }

  async finish(limit: number): Promise<string | undefined> {
    clearInterval(this.interval);
    void this.early.stop();
    const result = await within(
      limit,
      this.deliver(this.last).catch((error: unknown) => ({ reason: reasonOf(error) })),
    );
    if (result === undefined) return undefined;
    const reason = result === 'late' ? `no answer within ${limit} ms` : result.reason;
    return `no metrics to ${showTarget(this.destination.url)} (${reason})`;
  }

  protected override async onForceFlush(): Promise<void> {}

  protected override async onShutdown(): Promise<void> {}

  private async deliver(exporter: PushMetricExporter): Promise<void> {
    await answersForName(this.destination.url);
    const { resourceMetrics } = await this.collect();
    await exported(exporter, resourceMetrics);
  }
}
