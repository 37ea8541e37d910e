import type { Connection } from '../../config/connection';
import type { Session } from '../../database/session';
import { type Finding, pass, refuse, warn } from '../check';

const CHECK = 'connectivity';

/** Whether the database answers, can be written, and is of a version that is supported. */
export async function checkConnectivity(session: Session, connection: Connection): Promise<Finding[]> {
  const started = performance.now();
  const [server] = await session.query<{
    version: string;
    number: number;
    recovery: boolean;
    readonly: boolean;
    tls: boolean;
  }>(
    `select current_setting('server_version') as version,
            current_setting('server_version_num')::int as number,
            pg_is_in_recovery() as recovery,
            current_setting('default_transaction_read_only') = 'on' as readonly,
            coalesce((select ssl from pg_stat_ssl where pid = pg_backend_pid()), false) as tls`,
  );
  if (!server) return [refuse(CHECK, 'INTERNAL', 'the server gave no answer')];
  const { host, port, database, user } = connection;
  const findings: Finding[] = [
    pass(
      CHECK,
      `PostgreSQL ${server.version} at ${host}:${port}/${database} as ${user}, ${server.tls ? 'with' : 'without'} TLS, ${Math.round(performance.now() - started)} ms a round trip`,
    ),
  ];
  if (server.recovery || server.readonly) {
    findings.push(
      refuse(
        CHECK,
        'PREFLIGHT',
        server.recovery ? 'this server is a standby' : 'this database is read-only',
        {
          remedy: 'connect to the primary',
        },
      ),
    );
  }
  if (server.number < 140_000) {
    findings.push(
      refuse(CHECK, 'PREFLIGHT', `PostgreSQL ${server.version} is too old`, {
        remedy: 'use PostgreSQL 14 or newer',
      }),
    );
  } else if (server.number >= 190_000) {
    findings.push(warn(CHECK, `PostgreSQL ${server.version} is newer than 18, the newest that was tested`));
  }
  return findings;
}
