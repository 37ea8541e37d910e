import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { MeterProvider, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { MetricOutlet } from '../../../runner/src/telemetry/sdk/metric-outlet';
import { SpanOutlet } from '../../../runner/src/telemetry/sdk/span-outlet';

const TARGET = { url: 'http://127.0.0.1:9', format: 'json', headers: {} } as const;

/** Delivers everything, a moment later. */
class Exporter<T> {
  readonly sent: T[] = [];

  export(items: T, done: (result: ExportResult) => void): void {
    this.sent.push(items);
    setImmediate(() => done({ code: ExportResultCode.SUCCESS }));
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}

const span = () => ({ spanContext: () => ({ traceFlags: 1 }) }) as ReadableSpan;

test('a run that ends while thousands of its spans are being sent sends each of them once', async () => {
  const [early, last] = [new Exporter<ReadableSpan[]>(), new Exporter<ReadableSpan[]>()];
  const outlet = new SpanOutlet(TARGET, early, last);
  const spans = Array.from({ length: 2_500 }, span);
  for (const each of spans) outlet.onEnd(each);
  outlet.send();
  await new Promise((resolve) => setImmediate(resolve));
  expect(early.sent.flat().length).toBeGreaterThan(0);
  expect(await outlet.finish(5_000)).toBeUndefined();
  const sent = [...early.sent, ...last.sent].flat();
  expect(sent).toHaveLength(spans.length);
  expect(new Set(sent)).toEqual(new Set(spans));
});

test('the first run on an empty database has a series for each migration, however many there are', async () => {
  const [early, last] = [new Exporter<ResourceMetrics>(), new Exporter<ResourceMetrics>()];
  const outlet = new MetricOutlet(TARGET, early, last);
  const gauge = new MeterProvider({ readers: [outlet] }).getMeter('test').createGauge('duration');
  const migrations = Array.from({ length: 2_500 }, (_, index) => `${index}`);
  for (const migration of migrations) gauge.record(1, { migration });
  expect(await outlet.finish(5_000)).toBeUndefined();
  const points = last.sent[0]?.scopeMetrics[0]?.metrics[0]?.dataPoints ?? [];
  expect(points.map(({ attributes }) => attributes.migration)).toEqual(migrations);
});

test('a run that commits hundreds of units in a second is sent a few times, and its last commit soon', async () => {
  const [early, last] = [new Exporter<ReadableSpan[]>(), new Exporter<ReadableSpan[]>()];
  const outlet = new SpanOutlet(TARGET, early, last);
  const spans = Array.from({ length: 300 }, span);
  for (const each of spans) {
    outlet.onEnd(each);
    outlet.send();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const deadline = Date.now() + 5_000;
  while (early.sent.flat().length < spans.length && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(early.sent.flat()).toHaveLength(spans.length);
  expect(early.sent.length).toBeLessThan(10);
  expect(await outlet.finish(5_000)).toBeUndefined();
  expect(last.sent).toEqual([]);
});
