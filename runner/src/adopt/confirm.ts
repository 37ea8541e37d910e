import { sha256 } from '../../../core/journal';
import type { Session } from '../database/session';
import { GateError } from '../errors/gate-error';
import { readIdentity } from '../rollback/token';
import type { DatabaseContext } from '../run-context';

/** The token of exactly this plan for exactly this history of this database. */
export async function tokenOf(
  session: Session,
  { connection, settings }: DatabaseContext,
  plan: readonly unknown[],
): Promise<string> {
  const { schema, table } = settings.migrations;
  const identity = await readIdentity(session, connection);
  const digest = sha256(JSON.stringify([identity, schema, table, ...plan]));
  return (digest.slice(0, 12).match(/.{4}/g) ?? []).join('-');
}

/** What the caller gave to confirm a plan, and how the call is repeated with a token. */
export interface Confirmation {
  readonly token: string | undefined;
  /** The command without `--confirm`; empty where nobody knows how it was called. */
  readonly commandLine: string;
}

/** @throws GateError (85) unless the token of this very plan was given. */
export function assertConfirmed(token: string, { token: given, commandLine }: Confirmation): void {
  if (given === token) return;
  const again = commandLine
    ? `run: ${commandLine} --confirm ${token}`
    : `repeat the command with --confirm ${token}`;
  throw new GateError(
    'NOT_CONFIRMED',
    given === undefined
      ? 'the plan is not confirmed, so nothing was changed'
      : `--confirm is ${JSON.stringify(given)}, but that is not the token of this plan, so nothing was changed`,
    { remedy: `read the plan above; to confirm exactly it, ${again}` },
  );
}
