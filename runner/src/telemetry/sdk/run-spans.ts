import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace as traces,
} from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import { BasicTracerProvider, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { EXIT } from '../../../../core/contract';
import { version } from '../../../package.json';
import type { Happening, Part } from '../../activity/part';
import type { Note } from '../note';
import type { TraceContext } from '../trace-context';
import type { SdkOptions } from './open-sdk';
import { beganAttributes, databaseAttributes, endedAttributes, eventOf, spanName } from './span-attributes';

interface SpanOptions extends SdkOptions {
  readonly resource: Resource;
  readonly processor: SpanProcessor;
}

/** One span for the run, and within it one for each unit and each migration; waits and retries are events of theirs. */
export class RunSpans {
  private readonly open = new Map<Part, Span>();
  /** How often each unit was tried again. */
  private readonly retries = new Map<Part, number>();
  private readonly tracer: Tracer;
  private readonly common: Attributes;
  private nextId = '';

  constructor(private readonly options: SpanOptions) {
    const { resource, processor, trace, runId, command, database } = options;
    const idGenerator = { generateTraceId: () => trace.traceId, generateSpanId: () => this.nextId };
    const provider = new BasicTracerProvider({ resource, spanProcessors: [processor], idGenerator });
    this.tracer = provider.getTracer('drizzle-gate', version);
    this.common = { 'drizzle_gate.run.id': runId, ...databaseAttributes(command, database) };
  }

  note(note: Note): void {
    if (note.kind === 'began') this.began(note);
    else if (note.kind === 'ended') this.ended(note);
    else this.happened(note);
  }

  private began({ part, at, spanId }: Extract<Note, { kind: 'began' }>): void {
    const [parent, span] = [...this.open].at(-1) ?? [];
    this.nextId = spanId;
    const attempt = part.kind === 'migration' && parent ? (this.retries.get(parent) ?? 0) + 1 : undefined;
    const attributes = { ...this.common, ...beganAttributes(part, attempt) };
    const kind = part.kind === 'migration' ? SpanKind.CLIENT : SpanKind.INTERNAL;
    const context = span ? traces.setSpan(ROOT_CONTEXT, span) : contextOf(this.options.trace);
    this.open.set(part, this.tracer.startSpan(spanName(part), { kind, attributes, startTime: at }, context));
  }

  private ended({ part, at, rows, end }: Extract<Note, { kind: 'ended' }>): void {
    const span = this.open.get(part);
    if (!span) return;
    this.open.delete(part);
    this.retries.delete(part);
    span.setAttributes(endedAttributes(end, rows));
    if (part.kind === 'run') span.setAttribute('drizzle_gate.exit_code', exitCodeOf(end));
    if (end.outcome === 'failed') span.setStatus({ code: SpanStatusCode.ERROR, message: end.message });
    span.end(at);
  }

  private happened({ happening, within, at }: Extract<Note, { kind: 'happened' }>): void {
    const span = within && this.open.get(within);
    if (!span) return;
    if (happening.kind === 'schema') {
      this.schema(happening);
      return;
    }
    if (happening.kind === 'retry' && happening.reason === 'lock') {
      this.retries.set(within, (this.retries.get(within) ?? 0) + 1);
    }
    const { name, attributes } = eventOf(happening);
    span.addEvent(name, attributes, at);
  }

  /** Where the database stands is a fact of the whole run. */
  private schema({ applied, pending, last }: Extract<Happening, { kind: 'schema' }>): void {
    const [run] = this.open.values();
    run?.setAttributes({
      ...{ 'drizzle_gate.schema.applied': applied, 'drizzle_gate.schema.pending': pending },
      ...(last !== undefined && { 'drizzle_gate.schema.version': last }),
    });
  }
}

export function exitCodeOf(end: Extract<Note, { kind: 'ended' }>['end']): number {
  return end.outcome === 'failed' ? end.exitCode : EXIT.OK.code;
}

function contextOf({ traceId, parent }: TraceContext): Context {
  if (!parent) return ROOT_CONTEXT;
  const traceFlags = parent.isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return traces.setSpanContext(ROOT_CONTEXT, { traceId, spanId: parent.spanId, traceFlags, isRemote: true });
}
