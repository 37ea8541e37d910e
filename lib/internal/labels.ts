import { Label, MIGRATION_COMPONENT } from '../../core/contract';

/** What the pods of every MigrationJob and RollbackJob have in common; the policy selects by it. */
export const COMPONENT_LABELS = { [Label.COMPONENT]: MIGRATION_COMPONENT } as const;

/** The Job controller writes it on its pods. */
export const JOB_NAME_LABEL = 'batch.kubernetes.io/job-name';

export const NAME_LABEL = Label.NAME;

/** Tells apart the migrations of several databases in one namespace. */
export const INSTANCE_LABEL = Label.INSTANCE;

/** What the objects that a login comes from have in common: `kubectl apply --selector` can apply them first, alone. */
export const LOGIN_LABELS = { 'app.kubernetes.io/component': 'database-login' } as const;
