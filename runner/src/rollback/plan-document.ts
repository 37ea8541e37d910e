import type { DatabaseContext } from '../run-context';
import { keepOutlook } from './keep-outlook';
import { isCounted } from './losses/loss';
import type { RollbackPlan } from './plan';

/** One migration that is undone. */
export interface PlannedStep {
  readonly migration: string;
  readonly history_id: number;
  /** What the script is called. */
  readonly script: string;
  readonly source: 'file' | 'stored';
  /** SHA-256 of the script with LF line ends. */
  readonly script_hash: string;
}

/** In the order of undoing. */
export function plannedSteps({ scripts }: Pick<RollbackPlan, 'scripts'>): PlannedStep[] {
  return scripts.map(({ member, file, source, hash }) => ({
    ...{ migration: member.tag, history_id: member.row.id },
    ...{ script: file, source, script_hash: hash },
  }));
}

/** Until when the token confirms, by the database's clock. */
export function expiryOf({ issuedAt, tokenLifetime }: RollbackPlan): string {
  return new Date(issuedAt * 1000 + tokenLifetime).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** The plan for programs: everything that a person sees of it, and what it counts. */
export function planDocument(plan: RollbackPlan, { settings }: DatabaseContext): Record<string, unknown> {
  const { target, members, database, losses, manual, unseen, stoppedMidway, token } = plan;
  return {
    target: target?.tag ?? null,
    database: { host: database.host, port: database.port, name: database.database },
    migrations: plannedSteps(plan),
    losses: losses.filter(isCounted),
    manual,
    unseen,
    stopped_midway: stoppedMidway.map(({ tag }) => tag),
    keep: keepOutlook(losses, settings.rollback) ?? null,
    token: members.length === 0 ? null : token,
    token_expires: members.length === 0 ? null : expiryOf(plan),
  };
}
