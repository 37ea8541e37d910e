import { keepName, keepSecret } from '../errors/redact';
import { CONNECTION_PARTS, type ConnectionPart, type ConnectionParts } from './connection-parts';
import { parseDatabaseUrl } from './database-url';
import type { Environment, EnvironmentReader } from './environment';
import { type Login, readLogin } from './login';
import { otherVariableProblems } from './other-settings';
import { contentAsPath, isPem } from './show-path';
import { readTls, type TlsSettings } from './tls-settings';

/** How to reach the database; every value was checked, none is guessed. */
export interface Connection {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string | undefined;
  /** The variable that gave an empty password, which counts as none. */
  readonly emptyPassword?: string | undefined;
  readonly tls: TlsSettings;
  readonly login: Login;
}

/**
 * Reads the connection with libpq's names and meaning. What can't be honoured is a problem, never ignored.
 *
 * @returns undefined when something is wrong; `reader.problems` says what.
 * @see https://www.postgresql.org/docs/current/libpq-envars.html
 */
export function readConnection(reader: EnvironmentReader, env: Environment): Connection | undefined {
  const before = reader.problems.length;
  reader.problems.push(...otherVariableProblems(env));
  const { parts, isComplete, emptyPassword } = readParts(reader, env);
  const { PGHOST: host, PGDATABASE: database, PGUSER: user } = parts;
  // What was given and could not be read is told already.
  const isMissing = (name: ConnectionPart) =>
    isComplete && !parts[name] && env[name] === undefined && env[`${name}_FILE`] === undefined;
  reader.problems.push(
    ...missingProblem((['PGHOST', 'PGDATABASE', 'PGUSER'] as const).filter(isMissing)),
    ...hostProblem(host),
  );
  const tls = readTls(parts, env, reader.problems);
  const port = parsePort(reader, parts.PGPORT ?? '5432');
  const password = parts.PGPASSWORD;
  const login = readLogin(reader, env, { host, password, tls });
  if (reader.problems.length > before || !tls || !login || !host || !database || !user) return undefined;
  return { host, port, database, user, password, emptyPassword, tls, login };
}

function missingProblem(missing: readonly ConnectionPart[]): string[] {
  if (missing.length === 0) return [];
  if (missing.length === 3) {
    return ['no database is given; set DATABASE_URL, or PGHOST, PGDATABASE, PGUSER and PGPASSWORD'];
  }
  const [are, them] = missing.length > 1 ? ['are', 'them'] : ['is', 'it'];
  return [`${missing.join(' and ')} ${are} not given; set ${them}, or complete DATABASE_URL`];
}

function hostProblem(host = ''): string[] {
  if (host.includes(',')) return [`PGHOST names several hosts (${host}); give one`];
  // As in libpq: a path, or @ for the abstract namespace of Linux.
  return /^[/@]/.test(host)
    ? [
        `PGHOST is ${JSON.stringify(host)}, a Unix-domain socket, which is not supported; give a host name or address`,
      ]
    : [];
}

/** What holds the path of a file. */
const PATHS: ReadonlySet<ConnectionPart> = new Set(['PGSSLROOTCERT', 'PGSSLCERT', 'PGSSLKEY', 'PGSSLCRL']);

interface Parts {
  readonly parts: ConnectionParts;
  /** Whether nothing is missing only because it could not be read. */
  readonly isComplete: boolean;
  readonly emptyPassword?: string | undefined;
}

/** What URL and variables give together; it is incomplete when there is a URL that can't be taken apart. */
function readParts(reader: EnvironmentReader, env: Environment): Parts {
  const before = reader.problems.length;
  const url = reader.own('DATABASE_URL');
  if (url === '') {
    reader.problems.push(`${reader.describe('DATABASE_URL')} is set but empty; give the URL, or unset it`);
  }
  const readable = url ? parseDatabaseUrl(url, reader.problems) : {};
  const isComplete = readable !== undefined && (url !== undefined || reader.problems.length === before);
  const fromUrl = readable ?? {};
  const parts: ConnectionParts = { ...fromUrl };
  let emptyPassword: string | undefined;
  for (const name of CONNECTION_PARTS) {
    const value = reader.own(name);
    if (value === undefined) continue;
    if (value === '' && name === 'PGPASSWORD') {
      emptyPassword = reader.describe(name);
      continue;
    }
    const problem = valueProblem(name, value, fromUrl[name], reader, env);
    if (problem) reader.problems.push(problem);
    else parts[name] = value;
  }
  if (parts.PGPASSWORD) keepSecret(parts.PGPASSWORD);
  for (const name of [parts.PGHOST, parts.PGDATABASE, parts.PGUSER]) if (name) keepName(name);
  return { parts, isComplete, emptyPassword };
}

function valueProblem(
  name: ConnectionPart,
  value: string,
  inUrl: string | undefined,
  reader: EnvironmentReader,
  env: Environment,
): string | undefined {
  if (value === '') return `${reader.describe(name)} is set but empty; give a value, or unset it`;
  const content = PATHS.has(name) || isPem(value) ? contentAsPath(value) : undefined;
  if (content !== undefined) {
    keepSecret(value);
    const path = env[`${name}_FILE`];
    return path === undefined
      ? `${name} holds ${content} itself; give the path of its file`
      : `${name}_FILE names a file that holds a path, but ${JSON.stringify(path)} is the PEM file itself; set ${name} to this path instead`;
  }
  if (name !== 'PGPASSWORD' && /[\r\n]/.test(value)) {
    return `${reader.describe(name)} is ${JSON.stringify(value)}, with a line break; write it without one (printf instead of echo)`;
  }
  if (inUrl === undefined || inUrl === value) return undefined;
  return name === 'PGPASSWORD'
    ? 'PGPASSWORD and DATABASE_URL disagree; unset one of them'
    : `${name} is ${JSON.stringify(value)}, but DATABASE_URL says ${JSON.stringify(inUrl)}; unset one of them`;
}

function parsePort(reader: EnvironmentReader, text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) {
    reader.problems.push(`PGPORT is ${JSON.stringify(text)}; give a whole number from 1 to 65535`);
  }
  return port;
}
