import type { AppliedMigration, HistoryRow, Migration } from '../../../core/journal';

/** A migration that a rollback undoes. */
export interface RollbackMember {
  readonly tag: string;
  /** SHA-256 of the text that was applied. */
  readonly hash: string;
  /** Drizzle's timestamp in milliseconds. */
  readonly when: number;
  /** What the history says of it. */
  readonly row: HistoryRow;
  /** Absent where this folder has not its file; its script then comes from the database. */
  readonly migration?: Migration | undefined;
}

export function memberOf({ migration, row }: AppliedMigration): RollbackMember {
  return { tag: migration.tag, hash: row.hash, when: migration.when, row, migration };
}
