import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { deployerRules } from '../internal/deployer-rules';
import { Problems } from '../internal/problems';
import { objectNameProblem } from '../internal/syntax';
import type { DeployerSubject } from './deployer-subject';

/** Who deploys. */
export interface DeployerOptions {
  /** At least one. */
  readonly subjects: DeployerSubject[];
  /**
   * Name of the role and the binding.
   * @default 'db-migration-deployer'
   */
  readonly name?: string;
}

export interface DeployerRbacProps extends DeployerOptions {
  /** The constructs whose objects are deployed, such as a DatabaseMigration. */
  readonly delivers: Construct[];
}

/**
 * What the identity of a pipeline needs in the namespace to deploy, follow and roll back, and no more: Jobs of any name,
 * because theirs hold a hash; pods, their logs and events to read; and each object beside the Job by its name. `create`
 * by name counts because `drizzle-gate deploy` and `kubectl apply --server-side` name the object in the request; an
 * ordinary `kubectl apply` can then only change what exists.
 *
 * It can read no Secret, start no shell in a pod, and give no rights: account, role and binding of the Jobs it may only
 * apply as they are. An administrator applies them, and this, first. Still it can start a Job that reads any Secret of the
 * namespace by its name, as everybody can who may create pods there.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping
 * @see https://kubernetes.io/docs/concepts/security/rbac-good-practices/#workload-creation
 */
export class DeployerRbac extends Construct {
  public readonly role: ApiObject;
  public readonly roleBinding: ApiObject;

  /** @throws Error with every problem of the props. */
  constructor(scope: Construct, id: string, props: DeployerRbacProps) {
    super(scope, id);
    const { name = 'db-migration-deployer', subjects, delivers } = props;
    const problems = new Problems();
    problems.check('name', objectNameProblem(name));
    if (subjects.length === 0) problems.add('subjects', '[] gives the rights to nobody; give at least one');
    problems.throwIfAny();
    const apiVersion = 'rbac.authorization.k8s.io/v1';
    this.role = new ApiObject(this, 'Role', {
      ...{ apiVersion, kind: 'Role', metadata: { name } },
      rules: deployerRules(delivers),
    });
    this.roleBinding = new ApiObject(this, 'RoleBinding', {
      ...{ apiVersion, kind: 'RoleBinding', metadata: { name } },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: subjects.map(({ _entry }) => ({ ..._entry })),
    });
    this.roleBinding.addDependency(this.role);
  }
}
