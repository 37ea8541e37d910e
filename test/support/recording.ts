import { readFileSync } from 'node:fs';
import { unpack } from './pack-recording';

/** A part of a stream: milliseconds after the first request, and a line of a log or an event of a watch. */
export type Chunk = readonly [at: number, content: unknown];

/** A request and what came of it. */
export interface Exchange {
  /** Milliseconds after the first one. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** 0 where the connection ended without an answer. */
  readonly status: number;
  /** Of an answer in one piece: JSON, or text. */
  readonly body?: unknown;
  /** Of a watch, or of a log that is followed. */
  readonly chunks?: readonly Chunk[];
  /** How a stream ended: by the server, by a connection that was cut, or with the command. */
  readonly end?: 'server' | 'cut' | 'command';
}

/** What one command and a real API server said to each other. */
export interface Conversation {
  /** Arguments of the command; paths are those of `files`. */
  readonly args: readonly string[];
  /** Manifests that the command was given. */
  readonly files: Readonly<Record<string, string>>;
  readonly exitCode: number | null;
  readonly exchanges: readonly Exchange[];
}

export interface Recording {
  /** Version of the API server. */
  readonly kubernetes: string;
  readonly conversations: readonly Conversation[];
}

/** Parameters that tell neither what is asked for nor how; the rest decides which answer fits. */
const IGNORED = [
  ...['resourceVersion', 'resourceVersionMatch', 'timeoutSeconds', 'allowWatchBookmarks', 'sinceTime'],
  ...['fieldManager', 'fieldValidation', 'force', 'limit', 'continue', 'pretty', 'sendInitialEvents'],
];

/** Requests with the same key ask for the same. */
export function keyOf({ method, path, query }: Pick<Exchange, 'method' | 'path' | 'query'>): string {
  const parameters = Object.entries(query)
    .filter(([name]) => !IGNORED.includes(name))
    .map(([name, value]) => `${name}=${value}`)
    .sort();
  return `${method} ${path} ${parameters.join('&')}`;
}

export const isTrue = (value: string | undefined) => value === 'true' || value === '1';

/** Whether the answer is a stream. */
export const isStream = ({ query }: Pick<Exchange, 'query'>) => isTrue(query.watch) || isTrue(query.follow);

/** Reads a file that was written by record-cluster. */
export function readRecording(file: string): Recording {
  const { kubernetes, conversations } = JSON.parse(readFileSync(file, 'utf8')) as Recording;
  return {
    kubernetes,
    conversations: conversations.map(({ exchanges, ...rest }) => {
      const known = new Map();
      return { ...rest, exchanges: exchanges.map((exchange) => unpack(exchange, known) as Exchange) };
    }),
  };
}
