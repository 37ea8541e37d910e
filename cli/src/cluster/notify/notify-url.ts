import { GateError } from '../../../../runner/src/errors/gate-error';
import { keepSecret } from '../../../../runner/src/errors/redact';

/** Names the webhook where `--notify` does not, so that the URL need not stand in a command line. */
export const NOTIFY_VARIABLE = 'DRIZZLE_GATE_NOTIFY_URL';

/**
 * The webhook that is told of failures; undefined where there is none. It is a secret from here on: whoever knows the URL
 * can post.
 *
 * @throws GateError (64) when it is no URL, before anything is done.
 */
export function notifyUrl(
  option: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  // A workflow sets a variable to nothing where its secret does not exist.
  const value = (option ?? env[NOTIFY_VARIABLE])?.trim();
  if (!value) return undefined;
  keepSecret(value);
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    throw new GateError(
      'USAGE',
      `${option === undefined ? NOTIFY_VARIABLE : '--notify'}: not the URL of a webhook`,
      {
        remedy: 'give the whole URL, for example https://hooks.slack.com/services/…',
      },
    );
  }
  keepSecret(url.href);
  keepSecret(`${url.pathname}${url.search}`);
  return url.href;
}
