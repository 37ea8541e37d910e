/** What happens to a migration that was merged late: pending, though a later one is applied. */
export enum OutOfOrder {
  /** It is applied, and a warning says so. */
  APPLY = 'apply',
  /** Nothing is applied; the runner ends with exit code 81. */
  REFUSE = 'refuse',
}
