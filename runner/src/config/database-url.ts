import { keepSecret } from '../errors/redact';
import { type ConnectionPart, type ConnectionParts, PARAMETERS } from './connection-parts';
import { otherParameterProblem } from './other-settings';

const MAX_PORT = 65_535;

const NO_CODE = 'DATABASE_URL has a % that starts no valid code; write %25 for it';

const ENCODE =
  'percent-encode special characters in user and password (@ is %40, / is %2F, # is %23, ? is %3F)';

/**
 * Takes a connection URL apart. No message ever shows the URL or a part of it that can hold the password.
 *
 * @returns undefined when it can't be told which part is which; `problems` says why.
 * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS
 */
export function parseDatabaseUrl(text: string, problems: string[]): ConnectionParts | undefined {
  if (!/^postgres(ql)?:\/\//.test(text)) {
    problems.push(
      'DATABASE_URL does not start with postgresql:// or postgres://; give the URL of a PostgreSQL',
    );
    return undefined;
  }
  // The URL parser leaves these out, and with them perhaps a part of the password.
  if (/[\t\r\n]/.test(text.trimEnd())) {
    problems.push(
      'DATABASE_URL has a line break or a tab inside; write the URL as one line (a tab in the password is %09)',
    );
    return undefined;
  }
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    problems.push(portProblem(text) ?? `DATABASE_URL is not a valid URL; ${ENCODE}`);
    return undefined;
  }
  const path = url.pathname.slice(1);
  // `user:12/34@host/db` parses as host "user", port 12: the rest of the password would name another database.
  // `user:12?34@host/db` the same, with the rest as a parameter's name; so does `user:12@34?56@host/db`, with a user.
  if (url.hash || path.includes('/') || path.includes('@') || url.search.includes('@')) {
    problems.push(
      `DATABASE_URL has a reserved character where the name of the database or a parameter should be; ${ENCODE}`,
    );
    return undefined;
  }
  const parts: ConnectionParts = {};
  const add = (part: ConnectionPart, encoded: string) => {
    if (encoded === '') return;
    try {
      parts[part] = decodeURIComponent(encoded);
    } catch {
      // It was given, so that nobody misses it.
      parts[part] = encoded;
      problems.push(NO_CODE);
    }
  };
  add('PGPASSWORD', url.password);
  if (parts.PGPASSWORD) keepSecret(parts.PGPASSWORD);
  add('PGUSER', url.username);
  add('PGHOST', url.hostname.replace(/^\[(.*)\]$/, '$1'));
  add('PGPORT', url.port);
  add('PGDATABASE', path);
  addParameters(url, parts, problems);
  return parts;
}

/**
 * The port for which the URL parser refused a URL; undefined when it had another reason. What stands behind a colon can
 * also be a password: it is shown only where a user stands before it and no @ follows.
 */
function portProblem(text: string): string | undefined {
  const [, authority = '', rest = ''] = /^\w+:\/\/([^/?#]*)(.*)$/s.exec(text) ?? [];
  const [, port] = /@[^@]*:(\d{1,9})$/.exec(authority) ?? [];
  if (port === undefined || rest.includes('@') || Number(port) <= MAX_PORT) return undefined;
  return `DATABASE_URL has the port ${port}; give a whole number from 1 to ${MAX_PORT}`;
}

function addParameters(url: URL, parts: ConnectionParts, problems: string[]): void {
  for (const [name, value] of parametersOf(url, problems)) {
    const part = Object.hasOwn(PARAMETERS, name) ? PARAMETERS[name] : undefined;
    if (!part) {
      const problem = otherParameterProblem(name, value);
      if (problem) problems.push(problem);
    } else if (parts[part] !== undefined && parts[part] !== value) {
      problems.push(`DATABASE_URL gives ${name} twice, with different values; remove one`);
    } else {
      parts[part] = value;
    }
  }
}

/** As libpq decodes them: unlike in a form, a plus is no space. */
function parametersOf(url: URL, problems: string[]): [name: string, value: string][] {
  const pairs = url.search.slice(1).split('&').filter(Boolean);
  return pairs.flatMap((pair): [string, string][] => {
    const [name = '', ...value] = pair.split('=');
    try {
      return [[decodeURIComponent(name), decodeURIComponent(value.join('='))]];
    } catch {
      problems.push(NO_CODE);
      return [];
    }
  });
}
