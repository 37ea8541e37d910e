/** A migration that a run applied, or undid. */
export interface RecordedMigration {
  readonly migration: string;
  readonly hash: string;
  readonly duration_ms: number;
  /** Rows that its statements inserted, updated, deleted, merged or copied. */
  readonly rows: number;
  /** How many its script has. */
  readonly statements: number;
}

/** The same as it stands in the record, with its time: what was done is told by the name of the field. */
export type WrittenMigration = RecordedMigration &
  ({ readonly applied_at: string } | { readonly undone_at: string });
