import { METRICS } from '../../../core/contract';
import type { Part } from '../../../runner/src/activity/part';
import type { Sdk, SdkOptions } from '../../../runner/src/telemetry/sdk/open-sdk';
import { newSpanId, newTrace } from '../../../runner/src/telemetry/trace-context';
import { type OtlpReceiver, withOtlpReceiver } from '../../support/otlp-receiver';

/** The built file, as the runner loads it. */
const BUILT = '../../../runner/dist/telemetry.cjs';
const SUCCEEDED = { outcome: 'succeeded' } as const;
const NOW = Date.UTC(2026, 0, 1);

/** OpenTelemetry without a run. */
async function withSdk(use: (sdk: Sdk) => void): Promise<OtlpReceiver> {
  const { openSdk } = (await import(BUILT)) as { openSdk(options: SdkOptions): Sdk };
  return withOtlpReceiver(async (receiver) => {
    const to = (signal: string) =>
      ({ url: `${receiver.url}/v1/${signal}`, format: 'json', headers: {} }) as const;
    const sdk = openSdk({
      destinations: { traces: to('traces'), metrics: to('metrics'), pushgateway: undefined },
      ...{ trace: newTrace(), command: 'migrate', runId: 'run', database: undefined },
      place: { job: undefined, pod: undefined, image: undefined },
    });
    use(sdk);
    expect(await sdk.close(10_000)).toEqual([]);
    return receiver;
  });
}

function during(sdk: Sdk, part: Part, from: number, to: number): void {
  sdk.note({ kind: 'began', at: from, part, spanId: newSpanId() });
  sdk.note({ kind: 'ended', at: to, part, startedAt: from, rows: 0, end: SUCCEEDED });
}

const RUN: Part = { kind: 'run', command: 'migrate' };

test('a clock that is set back makes no run that took less than nothing', async () => {
  const receiver = await withSdk((sdk) => during(sdk, RUN, NOW, NOW - 3_600_000));
  expect(receiver.points(METRICS.RUN_DURATION.name)).toEqual([
    expect.objectContaining({ value: 0, count: 1 }),
  ]);
  const { start, end } = receiver.span('drizzle-gate migrate');
  expect(end).toBeGreaterThanOrEqual(start);
});
