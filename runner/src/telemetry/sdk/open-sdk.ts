import { DiagLogLevel, diag } from '@opentelemetry/api';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import type { CommandName } from '../../../../core/contract';
import { version } from '../../../package.json';
import type { Destinations } from '../destinations';
import type { Note } from '../note';
import type { TraceContext } from '../trace-context';
import { metricOutlet } from './metric-outlet';
import type { Outlet } from './outlet';
import { PushOutlet } from './push-outlet';
import { type Place, resourceOf } from './resource';
import { RunMetrics } from './run-metrics';
import { RunSpans } from './run-spans';
import { spanOutlet } from './span-outlet';

/** The database that a run works on. */
export interface Database {
  readonly namespace: string;
  readonly address: string;
  readonly port: number;
}

export interface SdkOptions {
  readonly destinations: Destinations;
  readonly trace: TraceContext;
  readonly command: CommandName;
  readonly runId: string;
  readonly database: Database | undefined;
  readonly place: Omit<Place, 'runId'>;
}

/** OpenTelemetry at work on one run. */
export interface Sdk {
  note(note: Note): void;
  /**
   * Sends what was not sent yet, for so many milliseconds at most.
   *
   * @returns what is wrong with its configuration, and what was not delivered.
   */
  close(limit: number): Promise<string[]>;
}

/** Makes spans and metrics of what is noted. All of OpenTelemetry lies behind this function. */
export function openSdk(options: SdkOptions): Sdk {
  const problems: string[] = [];
  hearWarnings(problems);
  const { destinations, trace, command, runId, database } = options;
  const resource = resourceOf(version, { runId, ...options.place });
  const spans = destinations.traces && spanOutlet(destinations.traces);
  const metrics = destinations.metrics && metricOutlet(destinations.metrics);
  const push =
    destinations.pushgateway === undefined
      ? undefined
      : new PushOutlet(destinations.pushgateway, { command, database, resource });
  const outlets: Outlet[] = [spans, metrics, push].filter((outlet) => outlet !== undefined);
  const followers = [
    ...(spans ? [new RunSpans({ ...options, trace, resource, processor: spans })] : []),
    ...(metrics || push
      ? [
          new RunMetrics(
            new MeterProvider({
              resource,
              readers: [metrics, push].filter((reader) => reader !== undefined),
            }),
            { command, database, resource },
          ),
        ]
      : []),
  ];
  diag.disable();
  return {
    note: (note) => {
      for (const follower of followers) follower.note(note);
      // Whoever is killed has told at least this.
      if (isWorthSending(note)) for (const outlet of outlets) outlet.send();
    },
    close: async (limit) => {
      const failures = await Promise.all(outlets.map((outlet) => outlet.finish(limit)));
      return [...problems, ...new Set(failures.filter((failure) => failure !== undefined))];
    },
  };
}

/** That the run has begun, and what is committed. */
function isWorthSending({ kind, part }: Partial<Note> & { part?: { readonly kind: string } }): boolean {
  return (kind === 'began' && part?.kind === 'run') || (kind === 'ended' && part?.kind === 'unit');
}

/** The SDK tells what it can't use of its own variables, and only here. */
function hearWarnings(problems: string[]): void {
  const hear = (message: string) => problems.push(message);
  const ignore = () => undefined;
  diag.setLogger(
    { error: hear, warn: hear, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
}
