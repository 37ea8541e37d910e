import { sha256 } from '../../../core/journal';
import type { Connection } from '../config/connection';
import type { Session } from '../database/session';

export interface DatabaseIdentity {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  /** Of the cluster, unique since initdb; null where the role may not read it. */
  readonly systemIdentifier: string | null;
}

export async function readIdentity(session: Session, connection: Connection): Promise<DatabaseIdentity> {
  const { host, port, database } = connection;
  return { host, port, database, systemIdentifier: await readSystemIdentifier(session) };
}

async function readSystemIdentifier(session: Session): Promise<string | null> {
  // Some providers revoke it; the token then rests on host, port and name. Asked for first, because a refusal
  // would abort the open transaction.
  const [may] = await session.query<{ execute: boolean }>(
    "select has_function_privilege('pg_control_system()', 'execute') as execute",
  );
  if (!may?.execute) return null;
  const [row] = await session.query<{ id: string }>(
    'select system_identifier::text as id from pg_control_system()',
  );
  return row?.id ?? null;
}

/** The token of exactly one plan: another database, range or script gives another one. */
export function planToken(
  identity: DatabaseIdentity,
  range: readonly { readonly tag: string; readonly hash: string; readonly historyId: number }[],
  scriptHashes: readonly string[],
): string {
  const digest = sha256(JSON.stringify([identity, range, scriptHashes]));
  return (digest.slice(0, 12).match(/.{4}/g) ?? []).join('-');
}
