import { isIP } from 'node:net';
import type { Connection } from '../config/connection';
import { isLoopback } from '../config/loopback';
import { GateError } from '../errors/gate-error';
import { codeOf } from '../errors/to-gate-error';
import type { Attempt } from './attempt';

const SILENT_PROXY =
  'look at the log of the proxy sidecar: it may not reach the database, or may not log in to its cloud; without one, look whether a PostgreSQL listens there';

/** What kept a connection from being made, from name to port: DNS or TCP. */
export function networkError(error: unknown, connection: Connection, attempt: Attempt): GateError {
  const errors = error instanceof AggregateError ? error.errors : [error];
  const codes = errors.map((each) => codeOf(each) ?? '');
  // A host of several addresses has a failure for each; the one that answered says most.
  const code = codes.find((each) => each === 'ECONNREFUSED') ?? codes[0] ?? '';
  if (stageOf(attempt, connection) === 'dns')
    return unresolved(connection, `does not resolve (${code})`, error);
  if (code === 'ECONNREFUSED') {
    return unavailable(
      `TCP: ${whereOf(connection, attempt)} refuses connections (${code})`,
      error,
      refusedRemedy(connection),
    );
  }
  return unanswered(connection, attempt, code, error);
}

/** The stage at which an attempt was when its time was over. */
export function timeoutError(connection: Connection, attempt: Attempt, limit: number): GateError {
  const { host, port } = connection;
  const within = `within ${limit / 1000} s`;
  switch (stageOf(attempt, connection)) {
    case 'dns':
      return unresolved(connection, `was not resolved ${within} (DNS_TIMEOUT)`, undefined);
    case 'tcp':
      return unanswered(connection, attempt, 'CONNECT_TIMEOUT', undefined);
    case 'question':
      return unavailable(
        `server: ${host}:${port} takes the connection but says nothing ${within}`,
        undefined,
        isLoopback(host)
          ? SILENT_PROXY
          : 'look whether the server hangs, and whether a PostgreSQL listens there',
      );
    case 'login':
      return attempt.openings > 1
        ? unavailable(
            `server: ${host}:${port} closes every connection before the login`,
            undefined,
            talksNoPostgres(host),
          )
        : unavailable(
            `server: ${host}:${port} takes the connection, but does not finish the login ${within}`,
            undefined,
            'look at the server and at what lies between',
          );
    case 'tls':
      return unavailable(
        `TLS: the handshake with ${host}:${port} did not end ${within}`,
        undefined,
        'look at the server and at proxies between',
      );
  }
}

/** An address needs no name service. It is not asked for before: nearly every attempt succeeds. */
function stageOf({ stage }: Attempt, { host }: Connection): Attempt['stage'] {
  return stage === 'dns' && isIP(host) ? 'tcp' : stage;
}

/** What to do where something at this pod's own address took the connection and was no PostgreSQL. */
export function talksNoPostgres(host: string): string {
  return isLoopback(host) ? SILENT_PROXY : 'look whether a PostgreSQL listens there, and what lies between';
}

function unresolved({ host }: Connection, what: string, cause: unknown): GateError {
  return unavailable(
    `DNS: the host name ${JSON.stringify(host)} ${what}`,
    cause,
    "correct the host, or let the NetworkPolicy reach the cluster's DNS (port 53, UDP and TCP)",
  );
}

function unanswered(connection: Connection, attempt: Attempt, code: string, cause: unknown): GateError {
  const addresses = addressesOf(connection, attempt);
  const peers = addresses.length > 0 ? addresses.join(' and ') : 'the address of the database';
  return unavailable(
    `TCP: ${whereOf(connection, attempt)} does not answer (${code})`,
    cause,
    `look at firewalls and at the NetworkPolicy: its peers must contain ${peers}`,
  );
}

/** The addresses that were tried, and the name that led to them. */
function whereOf(connection: Connection, attempt: Attempt): string {
  const { host, port } = connection;
  if (isIP(host) || attempt.addresses.length === 0) return `${host}:${port}`;
  return `${host}:${port} (${attempt.addresses.join(', ')})`;
}

function addressesOf({ host }: Connection, { addresses }: Attempt): readonly string[] {
  return isIP(host) ? [host] : addresses;
}

function refusedRemedy({ host }: Connection): string {
  return isLoopback(host)
    ? 'start the proxy sidecar (kubectl logs POD -c its container), or the database; or correct host and port'
    : 'start the database, or correct host and port; some network plugins also refuse what a NetworkPolicy does not allow';
}

function unavailable(message: string, cause: unknown, remedy: string): GateError {
  return new GateError('UNAVAILABLE', message, { remedy, cause });
}
