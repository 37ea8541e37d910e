import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandName } from '../../../core/contract';
import type { Follower } from '../activity/follower';
import type { Happening, OpenPart, Part, PartEnd } from '../activity/part';
import type { Connection } from '../config/connection';
import type { Environment } from '../config/environment';
import { readTelemetry, type TelemetrySettings } from '../config/telemetry-settings';
import { redact } from '../errors/redact';
import type { Reporter } from '../report/reporter';
import { findDestinations } from './destinations';
import type { Note } from './note';
import { notedEnd } from './noted-end';
import { resourceProblem } from './resource-problem';
import type { Sdk, SdkOptions } from './sdk/open-sdk';
import { newSpanId, newTrace, readTraceparent, type TraceContext } from './trace-context';

/**
 * Milliseconds by which telemetry may delay the end of a run. What is left of a second is for loading OpenTelemetry and the
 * end of the process itself, on a machine that is busy too.
 */
const FAREWELL_MS = 700;

export interface TelemetryInput {
  readonly env: Environment;
  readonly command: CommandName;
  readonly runId: string;
  /** Undefined where the settings are not usable. */
  readonly connection: Connection | undefined;
  readonly reporter: Reporter;
  /** Loads OpenTelemetry. */
  readonly load?: () => Promise<{ openSdk(options: SdkOptions): Sdk }>;
}

/** Follows a run for those that the environment names; undefined where it names none, and then nothing is loaded. */
export function openTelemetry(input: TelemetryInput): Telemetry | undefined {
  const settings = readTelemetry(input.env);
  return settings && new Telemetry(input, settings);
}

/**
 * Tells a collector or a Pushgateway what a run does. OpenTelemetry is loaded while the run goes on; until it is there,
 * what happens is noted. Nothing here fails a run: what could not be delivered is one warning at its end.
 */
export class Telemetry implements Follower {
  private readonly trace: TraceContext;
  private readonly problems: string[];
  private readonly spans = new Map<Part, string>();
  private readonly early: Note[] = [];
  private readonly loading: Promise<Sdk | undefined>;
  private sdk: Sdk | undefined;

  constructor(
    private readonly input: TelemetryInput,
    settings: TelemetrySettings,
  ) {
    this.problems = [...settings.problems];
    this.trace = this.traceOf(settings);
    this.loading = this.load(settings).catch((error: unknown) => {
      this.problems.push(`OpenTelemetry was not loaded (${String(error)})`);
      return undefined;
    });
  }

  /** Ids of the trace and of the innermost span that is open, for the lines of the log. */
  get ids(): { readonly trace_id: string; readonly span_id?: string } {
    const spanId = [...this.spans.values()].at(-1) ?? this.trace.parent?.spanId;
    return { trace_id: this.trace.traceId, ...(spanId !== undefined && { span_id: spanId }) };
  }

  began({ part, startedAt }: OpenPart): void {
    const spanId = newSpanId();
    this.spans.set(part, spanId);
    this.note({ kind: 'began', at: startedAt, part, spanId });
  }

  ended({ part, startedAt, rows }: OpenPart, end: PartEnd): void {
    this.spans.delete(part);
    this.note({ kind: 'ended', at: Date.now(), part, startedAt, rows, end: notedEnd(end) });
  }

  happened(happening: Happening, within: Part | undefined): void {
    const clean =
      happening.kind === 'retry' ? { ...happening, message: redact(happening.message) } : happening;
    this.note({ kind: 'happened', at: Date.now(), happening: clean, within });
  }

  /** Sends what is left, and warns once of what could not be delivered in time. */
  async close(): Promise<void> {
    const deadline = Date.now() + FAREWELL_MS;
    const late = new AbortController();
    const limit = sleep(FAREWELL_MS, 'late' as const, { signal: late.signal });
    const sdk = await Promise.race([this.loading, limit]);
    if (sdk === 'late') this.problems.push(`OpenTelemetry was not loaded within ${FAREWELL_MS} ms`);
    else this.problems.push(...((await sdk?.close(deadline - Date.now())) ?? []));
    late.abort();
    limit.catch(() => undefined);
    if (this.problems.length > 0) {
      this.input.reporter.warn(
        'telemetry_unavailable',
        `what was to be told of this run did not arrive everywhere: ${[...new Set(this.problems)].join('; ')}`,
        {
          remedy:
            'the run itself is not affected; correct the OTEL_… or PUSHGATEWAY_URL variables, or let the NetworkPolicy reach it',
        },
      );
    }
  }

  private note(note: Note): void {
    if (this.sdk) this.sdk.note(note);
    else this.early.push(note);
  }

  private traceOf({ traceparent }: TelemetrySettings): TraceContext {
    if (traceparent === undefined) return newTrace();
    const trace = readTraceparent(traceparent);
    if (!trace)
      this.problems.push(`TRACEPARENT is ${JSON.stringify(traceparent)}, which is no trace and span`);
    return trace ?? newTrace();
  }

  private async load(settings: TelemetrySettings): Promise<Sdk | undefined> {
    const { env, command, runId, connection, load = () => import('./sdk/open-sdk') } = this.input;
    const destinations = findDestinations(settings, env, this.problems);
    if (Object.values(destinations).every((destination) => destination === undefined)) return undefined;
    const problem = resourceProblem(env.OTEL_RESOURCE_ATTRIBUTES);
    if (problem !== undefined) this.problems.push(problem);
    const { openSdk } = await load();
    const database = connection && {
      ...{ namespace: connection.database, address: connection.host, port: connection.port },
    };
    const place = { job: env.JOB_NAME, pod: env.POD_NAME, image: env.IMAGE };
    const sdk = openSdk({ destinations, trace: this.trace, command, runId, database, place });
    for (const note of this.early.splice(0)) sdk.note(note);
    this.sdk = sdk;
    return sdk;
  }
}
