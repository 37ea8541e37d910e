import { sha256 } from '../../../../core/journal';
import type { Connection } from '../../config/connection';
import type { Session } from '../../database/session';
import type { Loss } from '../losses/loss';
import type { RollbackPlan } from '../plan';
import { readIdentity } from '../token';

/** A run record is read by people; what does not fit in is confirmed anew, should the rollback be resumed. */
const MOST_LOSSES = 500;

/** A plan as the run record has it, from its confirmation on. */
export interface RecordedPlan {
  /** Digest of the token that confirmed it. */
  readonly token: string;
  /** Digest of the identity of the database: a copy of it has the same records. */
  readonly database: string;
  readonly target: string | null;
  /** In the order of undoing. */
  readonly members: readonly RecordedMember[];
  readonly losses: readonly Loss[];
}

export interface RecordedMember {
  readonly migration: string;
  readonly hash: string;
  readonly history_id: number;
  readonly script: string;
  readonly script_hash: string;
}

export function tokenDigest(token: string): string {
  return sha256(`rollback ${token}`);
}

export async function databaseDigest(session: Session, connection: Connection): Promise<string> {
  return sha256(JSON.stringify(await readIdentity(session, connection)));
}

/** What of a plan is confirmed, and recorded before any of it runs. */
export function recordedPlan(plan: RollbackPlan, token: string, database: string): RecordedPlan {
  return {
    ...{ token: tokenDigest(token), database, target: plan.target?.tag ?? null },
    members: recordedMembers(plan),
    losses: plan.losses,
  };
}

/** The same in the size of a run record. */
export function bounded(plan: RecordedPlan): RecordedPlan {
  return { ...plan, losses: plan.losses.slice(0, MOST_LOSSES) };
}

/** Whether a plan is what is left of a recorded one: its last members, with the very scripts, and nothing else. */
export function isRestOf(recorded: RecordedPlan, plan: Pick<RollbackPlan, 'scripts'>): boolean {
  const left = recordedMembers(plan).map(keyOf);
  const last = left.length === 0 ? [] : recorded.members.slice(-left.length).map(keyOf);
  return left.length === last.length && left.every((key, index) => key === last[index]);
}

/** Whether a plan has rows of the history that a recorded one had: ids are given only once. */
export function isStillOf(recorded: RecordedPlan, { members }: Pick<RollbackPlan, 'members'>): boolean {
  const ids = new Set(recorded.members.map(({ history_id: id }) => id));
  return members.some(({ row }) => ids.has(row.id));
}

function recordedMembers({ scripts }: Pick<RollbackPlan, 'scripts'>): RecordedMember[] {
  return scripts.map(({ member, file, hash }) => ({
    ...{ migration: member.tag, hash: member.hash, history_id: member.row.id },
    ...{ script: file, script_hash: hash },
  }));
}

function keyOf({ migration, hash, history_id: id, script_hash: script }: RecordedMember): string {
  return JSON.stringify([migration, hash, id, script]);
}
