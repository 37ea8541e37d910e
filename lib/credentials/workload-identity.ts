import { Problems, shown } from '../internal/problems';
import { labelKeyProblem, labelProblems } from '../internal/syntax';

export interface WorkloadIdentityOptions {
  /**
   * Annotations of the account that the Jobs run as.
   * @default - none
   */
  readonly serviceAccountAnnotations?: { readonly [key: string]: string };
  /**
   * Labels of the pods.
   * @default - none
   */
  readonly podLabels?: { readonly [key: string]: string };
}

/**
 * Who the pods are in their cloud. The cloud's webhook, or its agent on the node, gives them a token of a few minutes
 * for that; it is no token of the Kubernetes API, and stands in no manifest.
 *
 * What the pod must reach to exchange it is named at each factory, and belongs into `extraEgress`.
 */
export class WorkloadIdentity {
  /**
   * An AWS role, by IAM roles for service accounts (IRSA). The pod must reach STS, TCP 443.
   *
   * On EKS, prefer Pod Identity, which needs nothing here: the association is made in EKS, and the pod must reach only
   * the agent on its node.
   *
   * @param roleArn for example `arn:aws:iam::111122223333:role/db-migration`
   * @see https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html
   */
  public static awsRole(roleArn: string): WorkloadIdentity {
    const problems = new Problems();
    if (!/^arn:aws[-a-z]*:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(roleArn)) {
      problems.add(
        'roleArn',
        `${shown(roleArn)} is not the ARN of a role; write it like "arn:aws:iam::111122223333:role/db-migration"`,
      );
    }
    problems.throwIfAny();
    return WorkloadIdentity.of({ serviceAccountAnnotations: { 'eks.amazonaws.com/role-arn': roleArn } });
  }

  /**
   * A Google service account, by Workload Identity Federation for GKE. The pod must reach the metadata server of GKE.
   *
   * @param email for example `db-migration@project.iam.gserviceaccount.com`
   * @see https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity
   */
  public static googleServiceAccount(email: string): WorkloadIdentity {
    const problems = new Problems();
    if (!/^[a-z][-a-z0-9]{4,28}[a-z0-9]@[-a-z0-9.:]+\.iam\.gserviceaccount\.com$/.test(email)) {
      problems.add(
        'email',
        `${shown(email)} is not a Google service account; write it like "db-migration@project.iam.gserviceaccount.com"`,
      );
    }
    problems.throwIfAny();
    return WorkloadIdentity.of({ serviceAccountAnnotations: { 'iam.gke.io/gcp-service-account': email } });
  }

  /**
   * An application or managed identity of Azure, by Microsoft Entra Workload ID. The pod must reach
   * `login.microsoftonline.com`, TCP 443.
   *
   * @param clientId of the identity, a UUID
   * @param tenantId a UUID; left out, the cluster's own
   * @see https://azure.github.io/azure-workload-identity/docs/topics/service-account-labels-and-annotations.html
   */
  public static azureClient(clientId: string, tenantId?: string): WorkloadIdentity {
    const problems = new Problems();
    for (const [name, value] of Object.entries({ clientId, tenantId })) {
      if (value !== undefined && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)) {
        problems.add(name, `${shown(value)} is not a UUID; write it as the portal shows it`);
      }
    }
    problems.throwIfAny();
    return WorkloadIdentity.of({
      serviceAccountAnnotations: {
        'azure.workload.identity/client-id': clientId,
        ...(tenantId === undefined ? {} : { 'azure.workload.identity/tenant-id': tenantId }),
      },
      podLabels: { 'azure.workload.identity/use': 'true' },
    });
  }

  /** Any other. @throws Error with every problem of the keys and values. */
  public static of(options: WorkloadIdentityOptions): WorkloadIdentity {
    const { serviceAccountAnnotations = {}, podLabels = {} } = options;
    const problems = new Problems();
    for (const key of Object.keys(serviceAccountAnnotations)) {
      problems.check('serviceAccountAnnotations', labelKeyProblem(key));
    }
    for (const text of labelProblems(podLabels)) problems.add('podLabels', text);
    problems.throwIfAny();
    return new WorkloadIdentity(serviceAccountAnnotations, podLabels);
  }

  private constructor(
    /** @internal */
    public readonly _serviceAccountAnnotations: { readonly [key: string]: string },
    /** @internal */
    public readonly _podLabels: { readonly [key: string]: string },
  ) {}
}
