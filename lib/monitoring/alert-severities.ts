/** Value of the label `severity` of each alert, by which Alertmanager decides whom to wake. */
export interface AlertSeverities {
  /** @default 'critical' */
  readonly migrationFailed?: string;
  /** @default 'warning' */
  readonly migrationRunningTooLong?: string;
  /** @default 'warning' */
  readonly migrationRetried?: string;
  /** @default 'warning' */
  readonly migrationLockWaits?: string;
  /** @default 'info' */
  readonly rollbackExecuted?: string;
  /** @default 'critical' */
  readonly rollbackFailed?: string;
  /** @default 'warning' */
  readonly noSuccessfulMigrationSinceDeploy?: string;
}
