/** Labels by which policies, the command and people know the objects of a migration again. */
export const Label = {
  COMPONENT: 'app.kubernetes.io/component',
  NAME: 'app.kubernetes.io/name',
  /** Tells apart the migrations of several databases in one namespace. */
  INSTANCE: 'app.kubernetes.io/instance',
  /** Of a Job that the command made for itself: the runner's command. */
  SHORT_JOB: 'drizzle-gate/short-job',
} as const;

/** What the Jobs and pods that touch the database have in common; network policies select by it. */
export const MIGRATION_COMPONENT = 'database-migration';
