import type { Connection } from '../../config/connection';
import { isLoopback } from '../../config/loopback';
import type { Session } from '../../database/session';
import { type Finding, pass, warn } from '../check';
import type { ServerFacts } from '../server-facts';

const CHECK = 'connectivity';

/** Where the session goes and how; that it is there at all is what passes. What others could read or change is a warning. */
export function checkConnectivity(
  connection: Connection,
  { user, milliseconds }: ServerFacts,
  { tls }: Pick<Session, 'tls'>,
): Finding[] {
  const { host, port, database } = connection;
  const how = `${encryption(connection, tls)}, answered in ${milliseconds} ms`;
  return [
    pass(CHECK, `${host}:${port}/${database} as ${user}, ${how}`),
    ...plaintextWarning(connection, tls),
    ...tokenWarning(connection),
    ...passwordWarning(connection),
  ];
}

function encryption({ tls: { mode } }: Connection, version: string | undefined): string {
  if (version === undefined) return 'without TLS';
  const verified =
    mode === 'verify-full'
      ? 'verified'
      : mode === 'verify-ca'
        ? 'verified, but not its name'
        : 'not verified';
  return `with ${version.replace('v', ' ')}, its certificate ${verified}`;
}

/** What asked for `disable` knows it, and nobody listens between this pod and itself. */
function plaintextWarning({ host, tls: { mode } }: Connection, version: string | undefined): Finding[] {
  if (version !== undefined || mode !== 'prefer' || isLoopback(host)) return [];
  return [
    warn(
      CHECK,
      'everything goes over the network as plain text, because the server has no TLS and PGSSLMODE=prefer accepts that',
      'set PGSSLMODE=verify-full and PGSSLROOTCERT, or PGSSLMODE=disable if that is meant',
    ),
  ];
}

function tokenWarning({ login, tls: { mode } }: Connection): Finding[] {
  if (login.kind === 'password' || mode !== 'require') return [];
  return [
    warn(
      CHECK,
      `the token of DATABASE_LOGIN=${login.kind} goes to whoever answers, because PGSSLMODE=require verifies no certificate`,
      'set PGSSLMODE=verify-full and PGSSLROOTCERT',
    ),
  ];
}

function passwordWarning({ emptyPassword, password }: Connection): Finding[] {
  if (emptyPassword === undefined || password !== undefined) return [];
  return [
    warn(
      CHECK,
      `${emptyPassword} is set but empty, and the server asks for no password`,
      'look at the key of the Secret, or unset it',
    ),
  ];
}
