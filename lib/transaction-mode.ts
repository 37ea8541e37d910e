/** What commits together. */
export enum TransactionMode {
  /** Consecutive migrations that can run in a transaction: all of them are applied, or none. */
  ALL = 'all',
  /** Each migration alone: locks are held more briefly, and a failure keeps what came before it. */
  EACH = 'each',
}
