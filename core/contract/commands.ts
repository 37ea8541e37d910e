/** Version of this contract. The manifest carries it, the runner refuses another one (exit code 84). */
export const CONTRACT_VERSION = '1';

/** Commands of the runner: the first argument of the container. */
export const Command = {
  PREFLIGHT: 'preflight',
  MIGRATE: 'migrate',
  ROLLBACK_PREFLIGHT: 'rollback-preflight',
  ROLLBACK: 'rollback',
  ROLLBACK_PLAN: 'rollback-plan',
  ROLLBACK_KEPT: 'rollback-kept',
  STATUS: 'status',
  HISTORY: 'history',
  BASELINE: 'baseline',
  REPAIR: 'repair',
  WAIT: 'wait',
} as const;
export type CommandName = (typeof Command)[keyof typeof Command];

/** Names of the containers; in the Jobs, the failure policy binds exit codes to them. */
export const ContainerName = {
  PREFLIGHT: 'pre-flight-check',
  MIGRATE: 'migrate',
  ROLLBACK_PREFLIGHT: 'pre-rollback-check',
  ROLLBACK: 'rollback',
  WAIT: 'wait-for-schema',
} as const;
