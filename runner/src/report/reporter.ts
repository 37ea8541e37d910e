import { redact } from '../errors/redact';
import type { EventName } from './events';
import { outputEvents } from './output-events';
import { toRedactedJson } from './redact-json';
import { type Level, type LogEvent, renderEvent } from './render-event';

export type Fields = Readonly<Record<string, unknown>>;

export interface Reporter {
  info(event: EventName, message: string, fields?: Fields): void;
  warn(event: EventName, message: string, fields?: Fields): void;
  error(event: EventName, message: string, fields?: Fields): void;
  /** Writes what a person asked for, a table for example, as it is. */
  output(text: string): void;
  /** Writes what a program asked for, as a JSON document. */
  outputJson(document: unknown): void;
}

export interface ReporterOptions {
  readonly format: 'json' | 'text';
  readonly write: (text: string) => void;
  /** Where events go when they must not mix with the output. @default `write` */
  readonly writeEvent?: ((text: string) => void) | undefined;
  /** Whether the output is told by events as well, for a reader that sees one stream. @default false */
  readonly outputAsEvents?: boolean | undefined;
}

/** One JSON object per line in a pod, readable lines on a terminal. Everything passes the redaction here. */
export function createReporter(options: ReporterOptions): Reporter {
  const { format, write, writeEvent = write, outputAsEvents = false } = options;
  const emit = (level: Level, event: EventName, message: string, fields: Fields = {}) => {
    const entry: LogEvent = { time: new Date().toISOString(), level, event, message, ...fields };
    writeEvent(`${format === 'json' ? toRedactedJson(entry) : redact(renderEvent(entry))}\n`);
  };
  const emitOutput = (text: string) => write(outputAsEvents ? outputEvents(text) : text);
  return {
    info: (event, message, fields) => emit('info', event, message, fields),
    warn: (event, message, fields) => emit('warn', event, message, fields),
    error: (event, message, fields) => emit('error', event, message, fields),
    output: (text) => emitOutput(`${redact(text)}\n`),
    outputJson: (document) => emitOutput(`${toRedactedJson(document, 2)}\n`),
  };
}
