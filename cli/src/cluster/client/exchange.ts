import { type Agent, type IncomingMessage, type OutgoingHttpHeaders, request as plain } from 'node:http';
import { request as secure } from 'node:https';

export interface Exchange {
  readonly method: string;
  readonly url: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body?: string | undefined;
  readonly agent: Agent | undefined;
  /** Milliseconds until the answer must have begun. */
  readonly limit: number;
  readonly signal?: AbortSignal | undefined;
}

/** Milliseconds after which the system asks whether the other side of a quiet connection is still there. */
const KEEPALIVE = 30_000;

/** The connection has led nowhere for too long. */
export class SilentServer extends Error {
  readonly code = 'ETIMEDOUT';
}

/** Sends one request; the answer's body is still to be read. @throws what Node says of the network, or SilentServer. */
export function exchange({
  method,
  url,
  headers,
  body,
  agent,
  limit,
  signal,
}: Exchange): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? secure : plain;
    const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) };
    const request = send(url, { method, headers: { ...headers, ...length }, agent, signal });
    const timer = setTimeout(
      () => request.destroy(new SilentServer(`no answer within ${Math.round(limit / 1000)} s`)),
      limit,
    );
    request.once('socket', (socket) => socket.setKeepAlive(true, KEEPALIVE));
    request.once('response', (response) => {
      clearTimeout(timer);
      // What goes wrong from here on is seen by whoever reads the body.
      response.on('error', () => undefined);
      resolve(response);
    });
    request.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    request.end(body);
  });
}

/** Reads a body to its end. @throws SilentServer when nothing comes for too long. */
export async function readBody(response: IncomingMessage, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  const timer = setTimeout(() => response.destroy(new SilentServer('the answer stopped midway')), limit);
  try {
    for await (const chunk of response) {
      timer.refresh();
      chunks.push(chunk as Buffer);
    }
  } finally {
    clearTimeout(timer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
