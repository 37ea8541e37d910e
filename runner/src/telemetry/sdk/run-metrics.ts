import type { Attributes } from '@opentelemetry/api';
import type { MeterProvider } from '@opentelemetry/sdk-metrics';
import { METRICS, type Metric } from '../../../../core/contract';
import { version } from '../../../package.json';
import type { Happening, Part } from '../../activity/part';
import type { Note, NotedEnd } from '../note';
import type { SdkOptions } from './open-sdk';
import { exitCodeOf } from './run-spans';
import { type Origin, standingAttributes } from './standing-attributes';

/** Upper bounds in seconds. */
const RUNS = [0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 1800, 3600];
const WAITS = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 300];

type MetricOptions = Origin & Pick<SdkOptions, 'command'>;

interface Measured {
  readonly seconds: number;
  readonly way: string;
  readonly outcome: NotedEnd['outcome'];
}

/** The metrics of one run, as the contract names them. */
export class RunMetrics {
  private readonly standing: Attributes;
  private readonly instruments;
  /** What a migration of the open unit took at its last attempt. */
  private measured = new Map<string, Measured>();
  private schema: Extract<Happening, { kind: 'schema' }> | undefined;

  constructor(
    provider: MeterProvider,
    private readonly options: MetricOptions,
  ) {
    this.standing = standingAttributes(options);
    const meter = provider.getMeter('drizzle-gate', version);
    const gauge = ({ name, unit, meaning }: Metric) =>
      meter.createGauge(name, { unit, description: meaning });
    const histogram = ({ name, unit, meaning }: Metric, bounds: number[]) =>
      meter.createHistogram(name, {
        unit,
        description: meaning,
        advice: { explicitBucketBoundaries: bounds },
      });
    const { RETRIES } = METRICS;
    this.instruments = {
      ...{ runStart: gauge(METRICS.RUN_START), runEnd: gauge(METRICS.RUN_END) },
      ...{
        runDuration: histogram(METRICS.RUN_DURATION, RUNS),
        lockWait: histogram(METRICS.LOCK_WAIT, WAITS),
      },
      migrationDuration: gauge(METRICS.MIGRATION_DURATION),
      retries: meter.createCounter(RETRIES.name, { unit: RETRIES.unit, description: RETRIES.meaning }),
      schemaMigrations: gauge(METRICS.SCHEMA_MIGRATIONS),
      schemaVersion: gauge(METRICS.SCHEMA_VERSION),
    };
  }

  note(note: Note): void {
    if (note.kind === 'began') this.began(note.part, note.at);
    else if (note.kind === 'ended') this.ended(note);
    else this.happened(note.happening);
  }

  private began(part: Part, at: number): void {
    if (part.kind === 'unit') this.measured = new Map();
    if (part.kind !== 'run') return;
    this.instruments.runStart.record(at / 1000, this.attributes({ command: part.command }));
    // A run without retries must not leave those of the run before standing.
    for (const reason of ['lock', 'connection']) this.instruments.retries.add(0, this.attributes({ reason }));
  }

  private ended(note: Extract<Note, { kind: 'ended' }>): void {
    const { part, startedAt, at, end } = note;
    // A clock that was set back meanwhile.
    const seconds = Math.max(at - startedAt, 0) / 1000;
    if (part.kind === 'run') this.runEnded(note, seconds);
    else if (part.kind === 'unit') this.unitEnded(end);
    else this.measured.set(part.migration, { seconds, way: part.way, outcome: end.outcome });
  }

  private runEnded({ at, end }: Extract<Note, { kind: 'ended' }>, seconds: number): void {
    const outcome = end.outcome === 'failed' ? 'failed' : 'succeeded';
    const { command } = this.options;
    const attributes = this.attributes({ command, outcome, exit_code: exitCodeOf(end) });
    this.instruments.runEnd.record(at / 1000, attributes);
    this.instruments.runDuration.record(seconds, attributes);
    if (!this.schema) return;
    const { applied, pending, last } = this.schema;
    this.instruments.schemaMigrations.record(applied, this.attributes({ state: 'applied' }));
    this.instruments.schemaMigrations.record(pending, this.attributes({ state: 'pending' }));
    if (last !== undefined)
      this.instruments.schemaVersion.record(applied, this.attributes({ migration: last }));
  }

  /**
   * Only now it is known what became of its migrations: what was rolled back with the one that failed did neither succeed nor
   * fail. Where a commit was refused, all of them failed.
   */
  private unitEnded(end: NotedEnd): void {
    const all = [...this.measured];
    this.measured = new Map();
    if (end.outcome === 'stale') return;
    const failed = all.filter(([, { outcome }]) => outcome === 'failed');
    const told = end.outcome === 'failed' && failed.length > 0 ? failed : all;
    for (const [migration, { seconds, way }] of told) {
      const attributes = this.attributes({ migration, way, outcome: end.outcome });
      this.instruments.migrationDuration.record(seconds, attributes);
    }
  }

  private happened(happening: Happening): void {
    if (happening.kind === 'schema') this.schema = happening;
    else if (happening.kind === 'retry') {
      this.instruments.retries.add(1, this.attributes({ reason: happening.reason }));
    } else {
      const { lock, isObtained, milliseconds } = happening;
      this.instruments.lockWait.record(milliseconds / 1000, this.attributes({ lock, obtained: isObtained }));
    }
  }

  private attributes(own: Attributes): Attributes {
    return { ...this.standing, ...own };
  }
}
