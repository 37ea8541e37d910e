/** What becomes of the rows of tables and columns that a rollback drops. */
export enum RollbackKeep {
  /**
   * They are copied into a schema `drizzle_gate_kept_<time>` in the transaction that drops them; `drizzle-gate rollback
   * kept` lists, restores and removes such copies.
   */
  KEEP = 'keep',
  /** They are lost: only a backup has them. */
  DISCARD = 'discard',
}
