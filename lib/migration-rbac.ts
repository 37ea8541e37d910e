import { ApiObject } from 'cdk8s';
import { ConfigMap, type IServiceAccount, Role, RoleBinding, Secret, ServiceAccount } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { WorkloadIdentity } from './credentials';
import { patchRoleBinding } from './internal/json-patches';
import { Problems, shown } from './internal/problems';
import { objectNameProblem } from './internal/syntax';

export interface MigrationRbacProps {
  /**
   * Name of the account, the role and the binding alike.
   * @default 'db-migration'
   */
  readonly name?: string;
  /**
   * Names of the Secrets that the account may get.
   * @default - none
   */
  readonly secretNames?: string[];
  /**
   * Names of the ConfigMaps that the account may get.
   * @default - none
   */
  readonly configMapNames?: string[];
  /**
   * An account that exists already and gets the role.
   * @default - a new account
   */
  readonly serviceAccount?: IServiceAccount;
  /**
   * Who the account is in its cloud; its annotations are written only on a new account.
   * @default - nobody
   */
  readonly workloadIdentity?: WorkloadIdentity;
}

/**
 * The identity of the Jobs: an account without a token in its pods, and a role that can `get` the named
 * objects and nothing else. No rule without names is ever made, because it would mean all objects.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-resources
 */
export class MigrationRbac extends Construct {
  /** The account that the Jobs run as. */
  public readonly serviceAccount: IServiceAccount;
  public readonly role: Role;
  public readonly roleBinding: RoleBinding;

  constructor(scope: Construct, id: string, props: MigrationRbacProps = {}) {
    super(scope, id);
    const name = props.name ?? 'db-migration';
    const secretNames = [...new Set(props.secretNames ?? [])];
    const configMapNames = [...new Set(props.configMapNames ?? [])];
    const problems = new Problems();
    problems.check('name', objectNameProblem(name));
    for (const secret of secretNames) problems.check('secretNames', objectNameProblem(secret));
    for (const configMap of configMapNames) problems.check('configMapNames', objectNameProblem(configMap));
    const annotations = props.workloadIdentity?._serviceAccountAnnotations;
    if (props.serviceAccount && annotations && Object.keys(annotations).length > 0) {
      problems.add(
        'workloadIdentity',
        `the account ${shown(props.serviceAccount.name)} exists already; annotate it with ${shown(annotations)} where it is made, or leave serviceAccount out`,
      );
    }
    problems.throwIfAny();

    const metadata = { name };
    const account =
      props.serviceAccount ??
      new ServiceAccount(this, 'ServiceAccount', {
        metadata: { ...metadata, annotations: annotations && { ...annotations } },
        automountToken: false,
      });
    this.serviceAccount = account;
    this.role = new Role(this, 'Role', { metadata });
    for (const secret of secretNames) {
      this.role.allowGet(Secret.fromSecretName(this, `Secret-${secret}`, secret));
    }
    for (const configMap of configMapNames) {
      this.role.allowGet(ConfigMap.fromConfigMapName(this, `ConfigMap-${configMap}`, configMap));
    }
    // Not role.bind(): that derives a name of 53 hexadecimal digits from the subjects.
    this.roleBinding = new RoleBinding(this, 'RoleBinding', { metadata, role: this.role });
    this.roleBinding.addSubjects(account);
    patchRoleBinding(ApiObject.of(this.roleBinding));
    this.roleBinding.node.addDependency(this.role);
    if (!props.serviceAccount) this.role.node.addDependency(account);
  }
}
