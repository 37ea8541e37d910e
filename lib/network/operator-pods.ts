import { Problems } from '../internal/problems';
import { dnsLabelProblem, objectNameProblem } from '../internal/syntax';
import { DatabasePeer } from './database-peer';

export interface OperatorPodsOptions {
  /**
   * Namespace of the database.
   * @default - the namespace of the policy
   */
  readonly namespace?: string;
  /**
   * Port on which the pods listen.
   * @default 5432
   */
  readonly port?: number;
}

/**
 * The pods of databases that an operator runs, by the labels that it gives them. All members of a cluster are selected,
 * never the primary alone: its label moves at a fail-over, and policies follow late.
 */
export class OperatorPods {
  /**
   * A cluster of CloudNativePG.
   * @see https://cloudnative-pg.io/documentation/current/labels_annotations/
   */
  public static cloudNativePg(cluster: string, options: OperatorPodsOptions = {}): DatabasePeer {
    return peer('cluster', cluster, { 'cnpg.io/cluster': cluster }, options);
  }

  /** A Pooler (PgBouncer) of CloudNativePG. */
  public static cloudNativePgPooler(pooler: string, options: OperatorPodsOptions = {}): DatabasePeer {
    return peer('pooler', pooler, { 'cnpg.io/poolerName': pooler }, options);
  }

  /**
   * A cluster of Zalando's operator, whose configuration can rename these labels (`cluster_labels`,
   * `cluster_name_label`).
   * @see https://postgres-operator.readthedocs.io/en/latest/reference/operator_parameters/
   */
  public static zalando(cluster: string, options: OperatorPodsOptions = {}): DatabasePeer {
    return peer('cluster', cluster, { application: 'spilo', 'cluster-name': cluster }, options);
  }

  /** The connection pooler of a cluster of Zalando's operator. */
  public static zalandoPooler(cluster: string, options: OperatorPodsOptions = {}): DatabasePeer {
    const labels = { application: 'db-connection-pooler', 'connection-pooler': `${cluster}-pooler` };
    return peer('cluster', cluster, labels, options);
  }

  /**
   * A cluster of Crunchy Data's operator (PGO 5).
   * @see https://access.crunchydata.com/documentation/postgres-operator/latest
   */
  public static crunchy(cluster: string, options: OperatorPodsOptions = {}): DatabasePeer {
    return peer('cluster', cluster, crunchyLabels(cluster, 'data', 'postgres'), options);
  }

  /** The PgBouncer of a cluster of Crunchy Data's operator. */
  public static crunchyPgBouncer(cluster: string, options: OperatorPodsOptions = {}): DatabasePeer {
    return peer('cluster', cluster, crunchyLabels(cluster, 'role', 'pgbouncer'), options);
  }

  private constructor() {}
}

function crunchyLabels(cluster: string, key: string, value: string): { readonly [key: string]: string } {
  const prefix = 'postgres-operator.crunchydata.com';
  return { [`${prefix}/cluster`]: cluster, [`${prefix}/${key}`]: value };
}

function peer(
  subject: string,
  name: string,
  podLabels: { readonly [key: string]: string },
  { namespace, port = 5432 }: OperatorPodsOptions,
): DatabasePeer {
  const problems = new Problems();
  problems.check(subject, objectNameProblem(name));
  if (namespace !== undefined) problems.check('namespace', dnsLabelProblem(namespace));
  problems.throwIfAny();
  const namespaceLabels = namespace === undefined ? undefined : { 'kubernetes.io/metadata.name': namespace };
  return DatabasePeer.pods({ podLabels, namespaceLabels, port });
}
