import type { Session } from '../database/session';
import type { DatabaseContext } from '../run-context';
import type { TokenCheck } from './check-token';
import type { Loss } from './losses/loss';
import type { RollbackMember } from './member';
import { type Confirmable, type DatabaseIdentity, makeToken, readClock, readIdentity } from './token';
import type { UndoScript } from './undo-script';

/** The token of a plan and what it was made of. */
export interface IssuedToken {
  readonly token: string;
  readonly database: DatabaseIdentity;
  /** Seconds since 1970 by the database's clock. */
  readonly issuedAt: number;
  /** Milliseconds for which the token holds. */
  readonly tokenLifetime: number;
}

interface Planned {
  readonly members: readonly RollbackMember[];
  readonly scripts: readonly UndoScript[];
  readonly losses: readonly Loss[];
}

/** What of a plan the confirmation looks at. */
export interface ConfirmablePlan extends IssuedToken, Planned {}

export async function issueToken(
  session: Session,
  planned: Planned,
  { connection, settings }: Pick<DatabaseContext, 'connection' | 'settings'>,
): Promise<IssuedToken> {
  const database = await readIdentity(session, connection);
  const issuedAt = await readClock(session);
  const token = makeToken(confirmed(planned, database), issuedAt);
  return { token, database, issuedAt, tokenLifetime: settings.rollback.tokenLifetime };
}

/** The plan as a token is held against it. */
export function confirmableOf(plan: ConfirmablePlan): TokenCheck {
  return { ...confirmed(plan, plan.database), now: plan.issuedAt, lifetime: plan.tokenLifetime };
}

function confirmed({ members, scripts, losses }: Planned, identity: DatabaseIdentity): Confirmable {
  return {
    identity,
    range: members.map(({ tag, hash, row }) => ({ tag, hash, historyId: row.id })),
    scriptHashes: scripts.map(({ hash }) => hash),
    losses,
  };
}
