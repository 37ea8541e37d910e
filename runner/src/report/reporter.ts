import { redact } from '../errors/redact';
import { escapeControls } from '../terminal/escape-controls';
import type { Palette } from '../terminal/palette';
import { eventLine } from './event-line';
import type { BareEvents, EventName, EventsAt, FieldsOf, NoOther } from './events';
import type { Level } from './level';
import { outputEvents } from './output-events';
import { toRedactedJson } from './redact-json';
import { type LogEvent, renderEvent } from './render-event';
import { type StandingSource, withStanding } from './standing';

/** Writes an event of this level. It takes the fields that the catalogue of events gives it, and no others. */
export interface Tell<L extends Level> {
  (event: EventsAt<L> & BareEvents, message: string): void;
  <E extends EventsAt<L>, G extends FieldsOf<E>>(event: E, message: string, fields: G & NoOther<E, G>): void;
}

export interface Reporter {
  readonly info: Tell<'info'>;
  readonly warn: Tell<'warn'>;
  readonly error: Tell<'error'>;
  /** Writes what a person asked for, a table for example, as it is. */
  output(text: string): void;
  /** Writes what a program asked for, as a JSON document. */
  outputJson(document: unknown): void;
  /** From now on every JSON line has what the source says when it is written. */
  addStanding(source: StandingSource): void;
}

export interface ReporterOptions {
  readonly format: 'json' | 'text';
  readonly write: (text: string) => void;
  /** Where events go when they must not mix with the output. @default `write` */
  readonly writeEvent?: ((text: string) => void) | undefined;
  /** Whether the output is told by events as well, for a reader that sees one stream. @default false */
  readonly outputAsEvents?: boolean | undefined;
  /** Of events as text. @default - no colours */
  readonly palette?: Palette | undefined;
}

/** One JSON object per line in a pod, readable lines on a terminal. Everything passes the redaction here. */
export function createReporter(options: ReporterOptions): Reporter {
  const { format, write, writeEvent = write, outputAsEvents = false, palette } = options;
  const sources: StandingSource[] = [];
  const emit = (level: Level, event: EventName, message: string, fields: object = {}) => {
    const entry: LogEvent = { time: new Date().toISOString(), level, event, message, ...fields };
    writeEvent(
      `${format === 'json' ? eventLine(withStanding(entry, sources)) : renderEvent(entry, { palette, redact })}\n`,
    );
  };
  const emitOutput = (text: string) =>
    write(outputAsEvents ? outputEvents(text, JSON.parse(toRedactedJson(withStanding({}, sources)))) : text);
  const tell =
    <L extends Level>(level: L): Tell<L> =>
    (event: EventName, message: string, fields?: object) =>
      emit(level, event, message, fields);
  return {
    ...{ info: tell('info'), warn: tell('warn'), error: tell('error') },
    output: (text) => emitOutput(`${escapeControls(redact(text))}\n`),
    outputJson: (document) => emitOutput(`${toRedactedJson(document, 2)}\n`),
    addStanding: (source) => sources.push(source),
  };
}
