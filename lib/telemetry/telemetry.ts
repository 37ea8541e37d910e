import type { Receiver } from '../internal/telemetry/receiver';
import { otlpReceiver, pushgatewayReceiver } from '../internal/telemetry/receivers';
import type { OtlpOptions, PushgatewayOptions } from './telemetry-options';

/**
 * Who is told of a run besides its log. Whoever it is, a receiver that is down, slow or refuses never fails a run, and
 * delays it by no more than a second. The policy opens exactly the receiver.
 */
export class Telemetry {
  /**
   * An OpenTelemetry collector: a trace and metrics of each run. It can give the metrics to Prometheus, Datadog or
   * CloudWatch.
   *
   * @throws Error with every problem of the options.
   * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/
   */
  public static otlp(options: OtlpOptions): Telemetry {
    return new Telemetry(otlpReceiver(options));
  }

  /**
   * A Pushgateway of Prometheus: the metrics of each run, which it keeps when the pod is gone.
   *
   * @throws Error with every problem of the options.
   * @see https://github.com/prometheus/pushgateway
   */
  public static pushgateway(options: PushgatewayOptions): Telemetry {
    return new Telemetry(pushgatewayReceiver(options));
  }

  private constructor(
    /** @internal */
    public readonly _receiver: Receiver,
  ) {}
}
