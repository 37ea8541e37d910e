import { Construct } from 'constructs';
import type { DatabaseObjectsProps } from './database-objects-props';
import type { GateJobProps } from './gate-job-props';
import { layFoundation, standOn } from './internal/foundation';
import { Problems } from './internal/problems';
import type { MigrationRbac } from './migration-rbac';
import type { DbEgressPolicy } from './network/db-egress-policy';
import { RollbackJob, type RollbackOptions } from './rollback-job';
import type { RollbackScripts } from './rollback-scripts';

export interface DatabaseRollbackProps extends GateJobProps, RollbackOptions, DatabaseObjectsProps {}

/**
 * A rollback that can be applied alone: its Job, and the same account, policy and scripts that stand beside
 * the migration. It belongs in a chart of its own.
 */
export class DatabaseRollback extends Construct {
  public readonly rbac: MigrationRbac;
  /** Absent where the migrations folder is not available at synth, or by request. */
  public readonly rollbackScripts?: RollbackScripts;
  public readonly egressPolicy: DbEgressPolicy;
  public readonly rollbackJob: RollbackJob;

  /** @throws Error with every problem of the props, of whatever object they belong to. */
  constructor(scope: Construct, id: string, props: DatabaseRollbackProps) {
    super(scope, id);
    const problems = new Problems();
    const foundation = layFoundation(this, props, problems);
    const { rbac, policy, scripts } = foundation;
    const job = problems.attempt(
      () => new RollbackJob(this, 'Rollback', { ...props, ...foundation.jobProps, scripts }),
    );
    problems.throwIfAny();
    if (!rbac || !policy || !job) throw new Error('a part of the rollback is missing without a reason');
    standOn(job, foundation);
    this.rbac = rbac;
    this.rollbackScripts = scripts;
    this.egressPolicy = policy;
    this.rollbackJob = job;
  }
}
