import { readFileSync } from 'node:fs';
import { keepName, keepSecret } from '../errors/redact';
import { CONNECTION_PARTS, type ConnectionPart, type ConnectionParts } from './connection-parts';
import { parseDatabaseUrl } from './database-url';
import type { Environment, EnvironmentReader } from './environment';

/** How to reach the database; every value was checked, none is guessed. */
export interface Connection {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string | undefined;
  readonly sslmode: SslMode;
  /** PEM text of the trusted roots; undefined means those that Node ships. */
  readonly rootCertificates: string | undefined;
}

export type SslMode = 'disable' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';
const SSL_MODES: readonly string[] = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'];

/** Variables of libpq that would change where or how we connect, and that the driver can't honour. */
const NOT_HONOURED = [
  ...['PGHOSTADDR', 'PGSERVICE', 'PGSERVICEFILE', 'PGPASSFILE', 'PGOPTIONS', 'PGREQUIRESSL', 'PGREQUIREAUTH'],
  ...['PGSSLCERT', 'PGSSLKEY', 'PGSSLCRL', 'PGSSLCRLDIR', 'PGSSLNEGOTIATION', 'PGSSLMINPROTOCOLVERSION'],
  ...['PGSSLMAXPROTOCOLVERSION', 'PGCHANNELBINDING', 'PGGSSENCMODE', 'PGTARGETSESSIONATTRS'],
];

/**
 * Reads the connection with libpq's names and meaning. What can't be honoured is a problem, never ignored.
 *
 * @returns undefined when something is wrong; `reader.problems` says what.
 * @see https://www.postgresql.org/docs/current/libpq-envars.html
 */
export function readConnection(reader: EnvironmentReader, env: Environment): Connection | undefined {
  const before = reader.problems.length;
  for (const name of NOT_HONOURED) {
    if (env[name]) reader.problems.push(`${name} is set but cannot be honoured; unset it`);
  }
  const { parts, isComplete } = readParts(reader);
  const { PGHOST: host, PGDATABASE: database, PGUSER: user } = parts;
  // What was given and could not be read is told already.
  const isMissing = (name: ConnectionPart) =>
    isComplete && !parts[name] && env[name] === undefined && env[`${name}_FILE`] === undefined;
  reader.problems.push(
    ...missingProblem((['PGHOST', 'PGDATABASE', 'PGUSER'] as const).filter(isMissing)),
    ...hostProblem(host),
  );
  const tls = readTls(reader, parts);
  const port = parsePort(reader, parts.PGPORT ?? '5432');
  if (reader.problems.length > before || !tls || !host || !database || !user) return undefined;
  return { host, port, database, user, password: parts.PGPASSWORD, ...tls };
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

/** What URL and variables give together; it is incomplete when there is a URL that can't be taken apart. */
function readParts(reader: EnvironmentReader): { parts: ConnectionParts; isComplete: boolean } {
  const before = reader.problems.length;
  const url = reader.own('DATABASE_URL');
  if (url === '') reader.problems.push('DATABASE_URL is set but empty; give the URL, or unset it');
  const readable = url ? parseDatabaseUrl(url, reader.problems) : {};
  const isComplete = readable !== undefined && (url !== undefined || reader.problems.length === before);
  const fromUrl = readable ?? {};
  const parts: ConnectionParts = { ...fromUrl };
  for (const name of CONNECTION_PARTS) {
    const value = reader.own(name);
    if (value === undefined || (value === '' && name === 'PGPASSWORD')) continue;
    if (value === '') {
      reader.problems.push(`${name} is set but empty; give a value, or unset it`);
    } else if (fromUrl[name] !== undefined && fromUrl[name] !== value) {
      reader.problems.push(
        name === 'PGPASSWORD'
          ? 'PGPASSWORD and DATABASE_URL disagree; unset one of them'
          : `${name} is ${JSON.stringify(value)}, but DATABASE_URL says ${JSON.stringify(fromUrl[name])}; unset one of them`,
      );
    } else {
      parts[name] = value;
    }
  }
  if (parts.PGPASSWORD) keepSecret(parts.PGPASSWORD);
  for (const name of [parts.PGHOST, parts.PGDATABASE, parts.PGUSER]) if (name) keepName(name);
  return { parts, isComplete };
}

function parsePort(reader: EnvironmentReader, text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) {
    reader.problems.push(`PGPORT is ${JSON.stringify(text)}; give a whole number from 1 to 65535`);
  }
  return port;
}

function readTls(
  reader: EnvironmentReader,
  { PGSSLMODE: given = 'prefer', PGSSLROOTCERT: root }: ConnectionParts,
): Pick<Connection, 'sslmode' | 'rootCertificates'> | undefined {
  if (!SSL_MODES.includes(given)) {
    const why = given === 'allow' ? 'the driver cannot do it' : 'libpq does not know it';
    reader.problems.push(
      `PGSSLMODE is ${JSON.stringify(given)}; ${why}, so give one of ${SSL_MODES.join(', ')}`,
    );
    return undefined;
  }
  if (root === 'system') {
    if (given === 'verify-full') return { sslmode: 'verify-full', rootCertificates: undefined };
    reader.problems.push(`PGSSLROOTCERT=system needs PGSSLMODE=verify-full, not ${JSON.stringify(given)}`);
    return undefined;
  }
  if (root === undefined) {
    if (!given.startsWith('verify')) return { sslmode: given as SslMode, rootCertificates: undefined };
    reader.problems.push(
      `PGSSLMODE=${given} needs PGSSLROOTCERT: the path of the trusted roots, or "system" with verify-full`,
    );
    return undefined;
  }
  try {
    const rootCertificates = readFileSync(root, 'utf8');
    // As in libpq: with roots given, `require` verifies the certificate, for older applications' sake.
    return { sslmode: given === 'require' ? 'verify-ca' : (given as SslMode), rootCertificates };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    reader.problems.push(`PGSSLROOTCERT: ${JSON.stringify(root)} cannot be read (${code}); mount the file`);
    return undefined;
  }
}
