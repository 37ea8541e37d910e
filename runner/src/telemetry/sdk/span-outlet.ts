import { TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan, SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { OtlpDestination } from '../destinations';
import { answersForName } from './answers-for-name';
import { exported, traceExporter } from './exporters';
import { LAST_ATTEMPT_MS, OneAtATime, type Outlet, reasonOf, showTarget, within } from './outlet';

/** Spans of one request. */
const BATCH = 512;

export function spanOutlet(destination: OtlpDestination): SpanOutlet {
  return new SpanOutlet(destination, traceExporter(destination), traceExporter(destination, LAST_ATTEMPT_MS));
}

/** Keeps each span until it is delivered. The SDK's own queue would drop what it can't deliver at the first attempt. */
export class SpanOutlet implements SpanProcessor, Outlet {
  private readonly waiting = new Set<ReadableSpan>();
  private readonly onItsWay = new Set<ReadableSpan>();
  private isFinishing = false;
  private readonly early = new OneAtATime(() =>
    this.deliver(this.exporter, [...this.waiting], this.onItsWay),
  );

  constructor(
    private readonly destination: OtlpDestination,
    private readonly exporter: SpanExporter,
    private readonly last: SpanExporter,
  ) {}

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    if (span.spanContext().traceFlags & TraceFlags.SAMPLED) this.waiting.add(span);
  }

  send(): void {
    if (this.waiting.size > 0) this.early.start();
  }

  async finish(limit: number): Promise<string | undefined> {
    this.isFinishing = true;
    const running = this.early.stop();
    const fresh = [...this.waiting].filter((span) => !this.onItsWay.has(span));
    let reason = '';
    const attempt = (spans: readonly ReadableSpan[]) =>
      this.deliver(this.last, spans).catch((error: unknown) => {
        reason = reasonOf(error);
      });
    const again = async () => {
      // Most of what is on its way arrives by itself; sent twice, it could be counted twice.
      await within(limit / 2, running);
      await attempt([...this.waiting].filter((span) => !fresh.includes(span)));
    };
    await within(limit, Promise.all([attempt(fresh), again()]));
    if (this.waiting.size === 0) return undefined;
    return `no spans to ${showTarget(this.destination.url)} (${reason || `no answer within ${limit} ms`})`;
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}

  private async deliver(
    exporter: SpanExporter,
    spans: readonly ReadableSpan[],
    onItsWay?: Set<ReadableSpan>,
  ): Promise<void> {
    for (let first = 0; first < spans.length; first += BATCH) {
      // What is not on its way by now goes with the rest; sent by both, it would arrive twice.
      if (onItsWay && this.isFinishing) return;
      const batch = spans.slice(first, first + BATCH);
      for (const span of batch) onItsWay?.add(span);
      try {
        await answersForName(this.destination.url);
        await exported(exporter, batch);
        for (const span of batch) this.waiting.delete(span);
      } finally {
        for (const span of batch) onItsWay?.delete(span);
      }
    }
  }
}
