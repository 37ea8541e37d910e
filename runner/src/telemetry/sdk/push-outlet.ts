import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { MetricReader } from '@opentelemetry/sdk-metrics';
import { METRICS } from '../../../../core/contract';
import { answersForName } from './answers-for-name';
import { groupPath } from './group-path';
import type { SdkOptions } from './open-sdk';
import { MOST_SERIES, type Outlet, reasonOf, within } from './outlet';
import { type Origin, standingAttributes } from './standing-attributes';

type PushOptions = Origin & Pick<SdkOptions, 'command'>;

/** Where the schema stands is a fact of the database, whichever command found it. */
const OF_SCHEMA: readonly string[] = [METRICS.SCHEMA_MIGRATIONS.name, METRICS.SCHEMA_VERSION.name];

/**
 * Gives a Pushgateway the metrics of the run at its end. Each push replaces its group, which is that of a database and
 * an environment, never of a pod: for what a run did one group a command, for the schema one for all of them.
 *
 * @see https://github.com/prometheus/pushgateway#api
 */
export class PushOutlet extends MetricReader implements Outlet {
  private readonly text = import('./prometheus-text');

  constructor(
    private readonly url: string,
    private readonly options: PushOptions,
  ) {
    super({ cardinalitySelector: () => MOST_SERIES });
    // Whoever waits for it hears of a failure.
    this.text.catch(() => undefined);
  }

  /** A group that told only the start would replace the end of the run before. */
  send(): void {}

  async finish(limit: number): Promise<string | undefined> {
    const deadline = AbortSignal.timeout(limit);
    const result = await within(
      limit,
      this.push(deadline).catch((error: unknown) => ({ reason: reasonOf(error) })),
    );
    if (result === undefined) return undefined;
    const reason = result === 'late' ? `no answer within ${limit} ms` : result.reason;
    return `no metrics to the Pushgateway (${reason})`;
  }

  protected override async onForceFlush(): Promise<void> {}

  protected override async onShutdown(): Promise<void> {}

  private async push(signal: AbortSignal): Promise<void> {
    await answersForName(this.url);
    const { resourceMetrics } = await this.collect();
    const { prometheusText } = await this.text;
    const { command, database } = this.options;
    const group = {
      ...standingAttributes(this.options),
      ...(database && { 'server.address': database.address }),
    };
    const [ofRun, ofSchema] = [false, true].map((isOfSchema) =>
      prometheusText(resourceMetrics, (name) => OF_SCHEMA.includes(name) === isOfSchema),
    );
    await Promise.all([
      put(this.url, groupPath({ ...group, command }), ofRun, signal),
      put(this.url, groupPath(group), ofSchema, signal),
    ]);
  }
}

/** @throws Error unless it was accepted. */
async function put(url: string, path: string, body: string | undefined, signal: AbortSignal): Promise<void> {
  if (body === undefined) return;
  const target = new URL(url);
  target.pathname = `${target.pathname.replace(/\/$/, '')}${path}`;
  const request = target.protocol === 'https:' ? httpsRequest : httpRequest;
  const headers = { 'content-type': 'text/plain; version=0.0.4', 'content-length': Buffer.byteLength(body) };
  const status = await new Promise<number>((resolve, reject) => {
    const sent = request(target, { method: 'PUT', headers, agent: false, signal }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    sent.once('error', reject);
    sent.end(body);
  });
  if (status < 200 || status > 299) throw Object.assign(new Error('refused'), { code: status });
}
