/** Label of everything in the cluster that a run makes; its value is the run's suffix. */
export const RUN_LABEL = 'drizzle-gate-e2e';

export const namespaceName = (suffix: string, name: string) => `drizzle-gate-e2e-${suffix}-${name}`;

/** Begins the names of the databases and roles of a run. */
export const databasePrefix = (suffix: string) => `e2e_${suffix}_`;
