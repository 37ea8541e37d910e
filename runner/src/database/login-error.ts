import type { ExitName } from '../../../core/contract';
import type { Connection } from '../config/connection';
import { GateError } from '../errors/gate-error';
import { remedyOf } from '../errors/remedies';
import type { ServerError } from '../errors/server-error';
import { exitOfSqlState, SqlState, showSqlState } from '../errors/sqlstate';
import { quoteIdentifier } from '../sql/quote';

interface Refusal {
  /** The stage that was reached. */
  readonly stage: 'login' | 'database' | 'privilege' | 'connections' | 'server';
  readonly remedy?: string | undefined;
}

const LINE_BREAK =
  'the password that was given ends with a line break: was it made with echo instead of printf? Store it without';
const NO_PASSWORD =
  'no password was given: set PGPASSWORD or PGPASSWORD_FILE, or put it into DATABASE_URL (or the file of DATABASE_URL_FILE)';

/** What a server that was reached says instead of letting us in. */
export function loginError(error: ServerError, connection: Connection): GateError {
  const { stage, remedy = remedyOf(error) } = refusalOf(error, connection);
  const { host, port, user, database } = connection;
  return new GateError(
    exitOf(error.code),
    `${stage}: ${host}:${port} refuses ${JSON.stringify(user)} on ${JSON.stringify(database)}: ${error.message} (${showSqlState(error.code)})`,
    { remedy, sqlstate: error.code, cause: error },
  );
}

/** PostgreSQL uses one code for several limits; the function that raised it tells which, in every language. */
function refusalOf({ code, routine, message }: ServerError, connection: Connection): Refusal {
  const user = quoteIdentifier(connection.user);
  const database = quoteIdentifier(connection.database);
  switch (code) {
    case SqlState.TOO_MANY_CONNECTIONS:
      return { stage: 'connections', remedy: roomFor(routine, user, database) };
    case SqlState.INSUFFICIENT_PRIVILEGE:
      return { stage: 'privilege', remedy: `GRANT CONNECT ON DATABASE ${database} TO ${user}` };
    case SqlState.INVALID_CATALOG_NAME:
      return { stage: 'database' };
    case '55000':
      return { stage: 'database', remedy: `ALTER DATABASE ${database} ALLOW_CONNECTIONS true` };
    case SqlState.INVALID_PASSWORD:
      return { stage: 'login', remedy: tokenRemedy(connection, user) ?? passwordRemedy(connection) };
    case SqlState.INVALID_AUTHORIZATION_SPECIFICATION:
      return {
        stage: 'login',
        remedy: loginRemedy(message, user, connection) ?? tokenRemedy(connection, user),
      };
    default:
      return { stage: 'server' };
  }
}

function roomFor(routine: string | undefined, user: string, database: string): string {
  if (routine === 'InitializeSessionUserId') {
    return `end other sessions of ${user}, or ALTER ROLE ${user} CONNECTION LIMIT with a larger number`;
  }
  if (routine === 'CheckMyDatabase') {
    return `end other sessions of ${database}, or ALTER DATABASE ${database} CONNECTION LIMIT with a larger number`;
  }
  return 'end idle sessions, put a pooler in front of the applications, or raise max_connections; the last slots are reserved for superusers';
}

/** What a server looks at that takes a token in the place of a password. */
function tokenRemedy({ login, host }: Connection, user: string): string | undefined {
  if (login.kind === 'aws-rds-iam') {
    return `GRANT rds_iam TO ${user}; allow rds-db:connect for this user and the resource id of the database in the policy of the role; ${JSON.stringify(host)} must be the endpoint itself, no other name of it; and look at the clock of this node`;
  }
  return login.kind === 'azure-entra'
    ? `make the role with pgaadauth_create_principal('NAME', false, false), as an administrator of Entra; PGUSER is its exact name, case counts`
    : undefined;
}

function passwordRemedy({ password, emptyPassword }: Connection): string | undefined {
  if (password !== undefined) return /[\r\n]$/.test(password) ? LINE_BREAK : undefined;
  return emptyPassword === undefined
    ? NO_PASSWORD
    : `no password was given: ${emptyPassword} is set but empty; look at the key of the Secret that it comes from`;
}

function loginRemedy(message: string, user: string, { tls }: Connection): string | undefined {
  if (/no encryption|SSL off/.test(message) && (tls.mode === 'disable' || tls.mode === 'prefer')) {
    return 'set PGSSLMODE=require or stricter, or allow this role and database without TLS in pg_hba.conf';
  }
  if (/client certificate/.test(message) && !tls.clientCertificate)
    return 'give it as PGSSLCERT and PGSSLKEY';
  if (/does not exist/.test(message)) return `create the role ${user}, or correct PGUSER`;
  if (/not permitted to log in/.test(message)) return `ALTER ROLE ${user} LOGIN`;
  return undefined;
}

/** What can pass by itself is tried again: the server's resources, its own faults, what stands in the table. */
function exitOf(code: string): ExitName {
  return exitOfSqlState(code) ?? (/^(?:53|57|58|XX)/.test(code) ? 'UNAVAILABLE' : 'CONFIG');
}
