import { redact } from '../errors/redact';
import type { EventName } from './events';
import { type Level, type LogEvent, renderEvent } from './render-event';

export type Fields = Readonly<Record<string, unknown>>;

export interface Reporter {
  info(event: EventName, message: string, fields?: Fields): void;
  warn(event: EventName, message: string, fields?: Fields): void;
  error(event: EventName, message: string, fields?: Fields): void;
  /** Writes what a person or a program asked for (a table, a JSON document) as it is. */
  output(text: string): void;
}

export interface ReporterOptions {
  readonly format: 'json' | 'text';
  readonly write: (text: string) => void;
  /** Where events go when they must not mix with the output. @default `write` */
  readonly writeEvent?: ((text: string) => void) | undefined;
}

/** One JSON object per line in a pod, readable lines on a terminal. Everything passes the redaction here. */
export function createReporter({ format, write, writeEvent = write }: ReporterOptions): Reporter {
  const emit = (level: Level, event: EventName, message: string, fields: Fields = {}) => {
    const entry: LogEvent = { time: new Date().toISOString(), level, event, message, ...fields };
    writeEvent(`${format === 'json' ? JSON.stringify(entry, redactValue) : redact(renderEvent(entry))}\n`);
  };
  return {
    info: (event, message, fields) => emit('info', event, message, fields),
    warn: (event, message, fields) => emit('warn', event, message, fields),
    error: (event, message, fields) => emit('error', event, message, fields),
    output: (text) => write(`${redact(text)}\n`),
  };
}

/** Value by value, so that a password like "info" does not spoil the line's own words. */
function redactValue(key: string, value: unknown): unknown {
  return typeof value === 'string' && !['time', 'level', 'event'].includes(key) ? redact(value) : value;
}
