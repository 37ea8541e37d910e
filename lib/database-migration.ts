import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import type { DatabaseObjectsProps } from './database-objects-props';
import { DatabaseRollback } from './database-rollback';
import { type DeployerOptions, DeployerRbac } from './deployer';
import { markFoundation } from './internal/delivery/mark';
import { layFoundation, standOn } from './internal/foundation';
import { Problems, shown } from './internal/problems';
import { Register } from './internal/register';
import { MigrationJob, type MigrationJobProps } from './migration-job';
import { MigrationRbac, type MigrationRbacProps } from './migration-rbac';
import type { DbEgressPolicy } from './network/db-egress-policy';
import type { RollbackOptions } from './rollback-job';
import type { RollbackScripts } from './rollback-scripts';

/** By the name of their objects. */
const migrations = new Register<DatabaseMigration>();

export interface DatabaseMigrationProps extends MigrationJobProps, DatabaseObjectsProps {}

/**
 * Everything that one database's migration needs, in the order in which it must be applied: account, role and
 * binding, the ConfigMap with the rollback scripts, the network policy, and the Job as the last.
 */
export class DatabaseMigration extends Construct {
  public readonly rbac: MigrationRbac;
  /** Absent where the migrations folder is not available at synth, or by request. */
  public readonly rollbackScripts?: RollbackScripts;
  public readonly egressPolicy: DbEgressPolicy;
  public readonly migrationJob: MigrationJob;
  private readonly props: DatabaseMigrationProps;
  private readonly rbacProps: MigrationRbacProps;

  /** @throws Error with every problem of the props, of whatever object they belong to. */
  constructor(scope: Construct, id: string, props: DatabaseMigrationProps) {
    super(scope, id);
    this.props = props;
    const problems = new Problems();
    const foundation = layFoundation(this, props, problems);
    const job = problems.attempt(
      () => new MigrationJob(this, 'Migration', { ...props, ...foundation.jobProps }),
    );
    problems.throwIfAny();
    const { rbac, policy } = foundation;
    if (!rbac || !policy || !job) throw new Error('a part of the migration is missing without a reason');
    standOn(job, foundation);
    this.rbac = rbac;
    this.rbacProps = foundation.rbacProps;
    this.rollbackScripts = foundation.scripts;
    this.egressPolicy = policy;
    this.migrationJob = job;
    migrations.add(this, policy.name);
    this.node.addValidation({ validate: () => this.nameClashes() });
  }

  /**
   * Makes the rollback of this database, with the same settings, in a chart of its own; the chart can belong
   * to another App. It repeats account, policy and scripts, so that its file can be applied alone, by a person: of a
   * delivery through Helm it takes nothing on.
   *
   * @throws Error when the scope is in the chart of the migration, because one `kubectl apply` would then run
   * both.
   */
  public addRollback(scope: Construct, id: string, options: RollbackOptions): DatabaseRollback {
    this.refuseOwnChart(
      scope,
      'the chart of the rollback is that of the migration, so that one `kubectl apply` would run both',
    );
    const { baseName: _baseName, name: _name, ...common } = this.props;
    const delivery = common.delivery?._profile.rollbackJob ? common.delivery : undefined;
    return new DatabaseRollback(scope, id, { ...common, delivery, ...options });
  }

  /**
   * Makes the rights of a pipeline that deploys this migration and rolls it back, in a chart of its own, with account,
   * role and binding of the Jobs: what an administrator applies first, and again when one of them changes.
   *
   * @throws Error when the scope is in the chart of the migration, because nobody can give rights to himself, and
   * where Helm deploys, which needs others.
   */
  public addDeployer(scope: Construct, id: string, options: DeployerOptions): DeployerRbac {
    this.refuseOwnChart(
      scope,
      'the chart of the rights is that of the migration, and nobody can give rights to himself',
    );
    if (this.props.delivery?._profile.isTemplate) {
      const problems = new Problems();
      problems.add(
        'delivery',
        'Helm deletes and makes anew what it delivers, and keeps its releases in Secrets; give its identity the role "admin" of the namespace',
      );
      problems.throwIfAny();
    }
    const deployer = new DeployerRbac(scope, id, { ...options, delivers: [this] });
    const account = new MigrationRbac(deployer, 'Jobs', this.rbacProps);
    if (this.props.delivery) markFoundation(this.props.delivery, account);
    deployer.role.addDependency(account);
    return deployer;
  }

  private refuseOwnChart(scope: Construct, reason: string): void {
    if (Chart.of(scope) !== Chart.of(this)) return;
    const problems = new Problems();
    problems.add('scope', `${reason}; give it a chart of its own`);
    problems.throwIfAny();
  }

  private nameClashes(): string[] {
    const { name } = this.egressPolicy;
    return migrations
      .within(Chart.of(this), name)
      .filter((other) => other !== this)
      .map(
        (other) =>
          `objectName ${shown(name)} is also that of ${other.node.path}; give each database an objectName and a rollbackScriptsName of its own`,
      );
  }
}
