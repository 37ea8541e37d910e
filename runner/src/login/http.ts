import type { IncomingMessage } from 'node:http';
import type { RequestOptions as HttpsOptions } from 'node:https';
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
 * @throws GateError: 69 when there is no answer, 78 when its certificate is not trusted.
 */
export async function send(url: URL, { method, headers, form, signal }: HttpRequest): Promise<HttpAnswer> {
  const body = form && new URLSearchParams(form).toString();
  const options: HttpsOptions = {
    method,
    headers: { accept: '*/*', ...headers, ...(body !== undefined && FORM) },
    // A connection that is kept would outlive the answer.
    agent: false,
    // Said here, NODE_TLS_REJECT_UNAUTHORIZED=0 can't hand the pod's token to whoever stands between.
    ...(url.protocol === 'https:' && { rejectUnauthorized: true }),
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
    const code = codeOf(error);
    if (code !== undefined && CERTIFICATE_FAULT.test(code)) throw untrusted(url, code, error);
    const reason = codeOf(error) === 'ABORT_ERR' ? 'it took too long' : (codeOf(error) ?? String(error));
    throw new GateError('UNAVAILABLE', `login: no token, because ${url.host} does not answer (${reason})`, {
      remedy: `let the NetworkPolicy reach ${url.hostname} (port ${url.port || (url.protocol === 'https:' ? 443 : 80)}) and the cluster's DNS`,
      cause: error,
    });
  }
}

/** As OpenSSL and Node name what is wrong with a certificate; those of the handshake begin with ERR_SSL. */
const CERTIFICATE_FAULT = /^(?!ERR_SSL|ERR_OSSL).*(?:CERT|LEAF_SIGNATURE|^INVALID_(?:CA|PURPOSE)$)/;

function untrusted(url: URL, code: string, cause: unknown): GateError {
  return new GateError('CONFIG', `login: the certificate of ${url.host} is not trusted (${code})`, {
    remedy: `if a proxy of yours stands between, give its CA as NODE_EXTRA_CA_CERTS; else look at what answers as ${url.hostname}, and at the clock`,
    cause,
  });
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
