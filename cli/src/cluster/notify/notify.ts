import { redact } from '../../../../runner/src/errors/redact';
import type { Verdict } from '../verdict/verdict';
import { notificationOf } from './notification';

/** Milliseconds for one attempt; with one more and the pause between them it stays under ten seconds. */
const ATTEMPT_MS = 4500;
const PAUSE_MS = 500;

/**
 * Posts a failure to a webhook, once more where the server did not answer or was at fault. It never throws: a message that
 * does not arrive changes nothing about what happened.
 *
 * @returns why nobody was told, without the URL; undefined when the message was taken.
 */
export async function notify(
  url: string,
  verdict: Verdict,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  try {
    const { IncomingWebhook } = await import('@slack/webhook');
    const webhook = new IncomingWebhook(url, {
      timeout: ATTEMPT_MS,
      retryConfig: { retries: 1, minTimeout: PAUSE_MS, factor: 1 },
    });
    await webhook.send(withoutSecrets(notificationOf(verdict, env)));
    return undefined;
  } catch (error) {
    return whyNot(error);
  }
}

function withoutSecrets<T>(value: T): T {
  return JSON.parse(JSON.stringify(value), (_key, each) => (typeof each === 'string' ? redact(each) : each));
}

/** The library's own words can repeat the URL, and the server's anything. */
function whyNot(error: unknown): string {
  const { original } = error as { original?: unknown };
  const { statusCode: status } = error as { statusCode?: number };
  if (status !== undefined) return `the webhook answered with HTTP status ${status}`;
  const cause = deepest(original ?? error);
  if (/aborted due to timeout/.test(cause.message)) {
    return `the webhook did not answer within ${ATTEMPT_MS / 1000} s`;
  }
  return `the webhook could not be reached (${cause.code ?? cause.name})`;
}

function deepest(error: unknown): {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
} {
  const { cause } = error as { cause?: unknown };
  return cause ? deepest(cause) : (error as Error);
}
