import { Chart } from 'cdk8s';
import { Namespace } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { Problems, shown } from '../internal/problems';
import { dnsLabelProblem, labelKeyProblem, labelProblems } from '../internal/syntax';

export interface MigrationNamespaceProps {
  /** Name of the namespace. */
  readonly name: string;
  /**
   * Whose rules of the *restricted* standard pods must keep: those of a version of Kubernetes, such as `v1.36`, or
   * `latest`, which grow stricter with each upgrade of the cluster. A cluster that is older than the version takes
   * its own newest ones.
   * @default 'v1.36' - the version that the Jobs are tested against
   */
  readonly enforceVersion?: string;
  /**
   * More labels.
   * @default - only those of Pod Security
   */
  readonly labels?: { readonly [key: string]: string };
  /**
   * Annotations.
   * @default - none
   */
  readonly annotations?: { readonly [key: string]: string };
}

const PREFIX = 'pod-security.kubernetes.io/';

/**
 * A namespace in which only pods of the *restricted* Pod Security Standard start. Where the rules of the newest
 * Kubernetes are stricter than those enforced, applying a Job warns and the audit log says so.
 *
 * It needs a chart of its own, without a namespace, which is applied before the others.
 * @see https://kubernetes.io/docs/concepts/security/pod-security-admission/
 */
export class MigrationNamespace extends Construct {
  /** The wrapped object, child `Resource`. */
  public readonly namespace: Namespace;

  /** @throws Error with every problem of the props. */
  constructor(scope: Construct, id: string, props: MigrationNamespaceProps) {
    super(scope, id);
    const { name, enforceVersion = 'v1.36', labels = {}, annotations } = props;
    const problems = new Problems();
    problems.check('name', dnsLabelProblem(name));
    problems.check('enforceVersion', versionProblem(enforceVersion));
    checkMetadata(problems, labels, annotations ?? {});
    const { namespace } = Chart.of(this);
    if (namespace !== undefined) {
      problems.add(
        'scope',
        `the chart has the namespace ${shown(namespace)}, which cdk8s would write into the Namespace too; give it a chart of its own without one`,
      );
    }
    problems.throwIfAny();
    this.namespace = new Namespace(this, 'Resource', {
      metadata: { name, annotations, labels: { ...labels, ...podSecurityLabels(enforceVersion) } },
    });
  }
}

/** `enforce` alone acts on pods only: a Job would be accepted, and its pods never start. The others speak at once. */
function podSecurityLabels(enforceVersion: string): { readonly [key: string]: string } {
  return {
    [`${PREFIX}enforce`]: 'restricted',
    [`${PREFIX}enforce-version`]: enforceVersion,
    [`${PREFIX}audit`]: 'restricted',
    [`${PREFIX}audit-version`]: 'latest',
    [`${PREFIX}warn`]: 'restricted',
    [`${PREFIX}warn-version`]: 'latest',
  };
}

function versionProblem(version: string): string | undefined {
  if (version === 'latest' || /^v1\.(0|[1-9]\d{0,2})$/.test(version)) return undefined;
  return `${shown(version)} is not a version of Pod Security; write it like "v1.36", or "latest"`;
}

function checkMetadata(
  problems: Problems,
  labels: { readonly [key: string]: string },
  annotations: { readonly [key: string]: string },
): void {
  for (const text of labelProblems(labels)) problems.add('labels', text);
  for (const key of Object.keys(annotations)) problems.check('annotations', labelKeyProblem(key));
  for (const key of Object.keys(labels).filter((each) => each.startsWith(PREFIX))) {
    problems.add(
      'labels',
      `${shown(key)} is set by the construct; leave it out, and set enforceVersion for another version`,
    );
  }
}
