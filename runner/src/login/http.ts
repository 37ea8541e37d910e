import type { IncomingMessage, RequestOptions } from 'node:http';
import { GateError } from '../errors/gate-error';
import { codeOf } from '../errors/to-gate-error';

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as a form. */
  readonly form?: Readonly<Record<string, string>>;
  /** Ends it. */
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

/** No answer with a token is longer. */
const MAX_BYTES = 256 * 1024;

/**
 * Sends one request and follows no redirect: what it carries is for this address alone.
 *
 * @throws GateError (69) when there is no answer.
 */
export async function send(url: URL, { method, headers, form, signal }: HttpRequest): Promise<HttpAnswer> {
  const body = form && new URLSearchParams(form).toString();
  const options: RequestOptions = {
    method,
    headers: { accept: '*/*', ...headers, ...(body !== undefined && FORM) },
    // A connection that is kept would outlive the answer.
    agent: false,
    signal,
  };
  try {
    // Most runs log in with a password and never need it.
    const { request } = await (url.protocol === 'https:' ? import('node:https') : import('node:http'));
    return await new Promise((resolve, reject) => {
      const sent = request(url, options, (answer) => read(answer).then(resolve, reject));
      sent.once('error', reject);
      sent.end(body);
    });
  } catch (error) {
    const reason = codeOf(error) === 'ABORT_ERR' ? 'it took too long' : (codeOf(error) ?? String(error));
    throw new GateError('UNAVAILABLE', `login: no token, because ${url.host} does not answer (${reason})`, {
      remedy: `let the NetworkPolicy reach ${url.hostname} (port ${url.port || (url.protocol === 'https:' ? 443 : 80)}) and the cluster's DNS`,
      cause: error,
    });
  }
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

async function read(answer: IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new Error('the answer is too long');
    chunks.push(chunk);
  }
  return { status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') };
}

/** Whether the service may answer otherwise in a moment. */
export function isBusy(status: number): boolean {
  return status === 429 || status >= 500;
}
