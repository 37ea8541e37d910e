import type { Duration, Size } from 'cdk8s';
import type {
  ContainerResources,
  EnvFrom,
  EnvValue,
  ImagePullPolicy,
  IServiceAccount,
  NodeTaintQuery,
} from 'cdk8s-plus-28';
import type { DatabaseCredentials, DatabaseTls, ProxySidecar } from './credentials';
import type { Delivery } from './delivery';
import type { LogCollector } from './log-collector';
import type { LogFormat } from './log-format';
import type { Mesh } from './mesh';
import type { MigrationSource } from './migration-source';
import type { OutOfOrder } from './out-of-order';
import type { Telemetry } from './telemetry';
import type { TransactionMode } from './transaction-mode';

/**
 * How the runner behaves towards the database. What is left out, the runner decides (see the README's table).
 */
export interface RunnerSettings {
  /**
   * Schema of Drizzle's history table.
   * @default 'drizzle'
   */
  readonly migrationsSchema?: string;
  /**
   * Name of Drizzle's history table.
   * @default '__drizzle_migrations'
   */
  readonly migrationsTable?: string;
  /**
   * What to do with a pending migration that comes before an applied one, because its branch was merged late.
   * @default OutOfOrder.APPLY
   */
  readonly outOfOrder?: OutOfOrder;
  /**
   * Tags of migrations whose files may differ from what was applied, because the edit changes nothing in the
   * schema. Every other edit is refused with exit code 81.
   * @default - none
   */
  readonly acceptEdited?: string[];
  /**
   * Migrates although the database has migrations without a file here while others are pending.
   * @default false
   */
  readonly allowDiverged?: boolean;
  /**
   * Longest time the runner waits for another migration of the same database to end. After that it gives up
   * with exit code 75 and the Job may try again. Must be shorter than `activeDeadline`.
   * @default Duration.minutes(5)
   */
  readonly lockWait?: Duration;
  /**
   * Longest time a unit waits for locks, all its waits together, before it is rolled back and tried again: so long
   * can the application have to wait behind it.
   * @default Duration.seconds(5)
   */
  readonly lockTimeout?: Duration;
  /**
   * How often a unit that did not get its locks is tried again.
   * @default 10
   */
  readonly lockRetries?: number;
  /**
   * What commits together.
   * @default TransactionMode.ALL
   */
  readonly transactionMode?: TransactionMode;
  /**
   * Longest time one statement may take.
   * @default - no limit
   */
  readonly statementTimeout?: Duration;
  /**
   * Longest time one attempt to connect may take.
   * @default Duration.seconds(10)
   */
  readonly connectTimeout?: Duration;
  /**
   * How long an unreachable database is tried again before the runner gives up with exit code 69. Must be
   * shorter than `activeDeadline`.
   * @default Duration.seconds(30)
   */
  readonly connectRetry?: Duration;
  /**
   * How log lines look.
   * @default - JSON in a pod
   */
  readonly logFormat?: LogFormat;
  /**
   * Whether errors show the server's DETAIL and CONTEXT and the values that it refuses. They name the cause of a
   * broken constraint, but hold data of rows, and the log goes where logs go.
   * @default false
   */
  readonly showErrorDetail?: boolean;
}

/** What MigrationJob and RollbackJob have in common. */
export interface GateJobProps extends RunnerSettings {
  /**
   * The image with the runner, by digest or by a tag that names a version. Its ENTRYPOINT starts the runner.
   */
  readonly image: string;
  /**
   * Accepts an image whose tag can mean another image tomorrow, such as `latest`.
   * @default false
   */
  readonly allowMutableImage?: boolean;
  /** Where the login is found. */
  readonly credentials: DatabaseCredentials;
  /**
   * How the connection is encrypted, and how the server proves who it is.
   * @default - what the credentials or their URL say; else encrypted where the server offers it
   */
  readonly tls?: DatabaseTls;
  /**
   * Proxies that run beside the runner, started before it in this order.
   * @default - only those that the credentials need
   */
  readonly sidecars?: ProxySidecar[];
  /** Where the migrations are found. */
  readonly migrations: MigrationSource;
  /**
   * Name of the Job and value of its label `app.kubernetes.io/name`, before the hash.
   * @default - 'db-migration' or 'db-rollback'
   */
  readonly baseName?: string;
  /**
   * The whole name of the Job. A Job's pod template can't change: delete the Job before applying another one
   * of the name.
   * @default - baseName and a hash of the pod template, so that every change is a new Job
   */
  readonly name?: string;
  /**
   * Value of the label `app.kubernetes.io/instance`, where a namespace has the migrations of several
   * databases.
   * @default - no such label
   */
  readonly instance?: string;
  /**
   * The account that the pod runs as. Its token is never mounted.
   * @default - the default account of the namespace
   */
  readonly serviceAccount?: IServiceAccount;
  /**
   * Who applies the manifest, and so which annotations keep the order. No delivery runs a rollback: Argo CD and Flux
   * are told to pass over its Job, and Helm is refused.
   * @default Delivery.kubectl()
   */
  readonly delivery?: Delivery;
  /**
   * Longest time for all attempts together; then the Job fails.
   * @default Duration.hours(1)
   */
  readonly activeDeadline?: Duration;
  /**
   * How long the finished Job and its logs stay.
   * @default Duration.days(7) - with Flux a migration's Job stays until the next one has another name
   */
  readonly ttlAfterFinished?: Duration;
  /**
   * How long the runner has to cancel its statement and roll back when the pod is stopped.
   * @default Duration.seconds(60)
   */
  readonly terminationGracePeriod?: Duration;
  /**
   * Requests and limits of each container. A kind of resource that is left out keeps its default.
   * @default - cpu 50m to 500m, memory 64Mi to 256Mi, ephemeral storage 64Mi to 256Mi
   */
  readonly resources?: ContainerResources;
  /**
   * Size of /tmp, the only place that can be written.
   * @default Size.mebibytes(64)
   */
  readonly tmpSize?: Size;
  /**
   * More variables for both containers: plain values, or from Secrets and ConfigMaps.
   * @default - none
   */
  readonly env?: { readonly [name: string]: EnvValue };
  /**
   * Secrets and ConfigMaps all of whose keys become variables.
   * @default - none
   */
  readonly envFrom?: EnvFrom[];
  /**
   * Labels that the node must have.
   * @default - any node
   */
  readonly nodeSelector?: { readonly [key: string]: string };
  /**
   * Taints that the pod tolerates.
   * @default - none
   */
  readonly tolerations?: NodeTaintQuery[];
  /** @default - the cluster's default priority */
  readonly priorityClassName?: string;
  /**
   * Names of the Secrets with the logins of the image's registry.
   * @default - none
   */
  readonly imagePullSecrets?: string[];
  /** @default ImagePullPolicy.IF_NOT_PRESENT */
  readonly imagePullPolicy?: ImagePullPolicy;
  /**
   * Which agent collects the logs, where it must be told how to read them.
   * @default - none that needs it
   */
  readonly logCollector?: LogCollector;
  /**
   * Who is told of each run besides its log: an OpenTelemetry collector, or a Pushgateway.
   * @default - nobody
   */
  readonly telemetry?: Telemetry;
  /**
   * Whether a service mesh takes the pods in.
   * @default Mesh.optOut() - a label or annotation of a mesh in `podLabels` or `podAnnotations` decides against it
   */
  readonly mesh?: Mesh;
  /**
   * More labels for the pod.
   * @default - only those that the constructs need
   */
  readonly podLabels?: { readonly [key: string]: string };
  /**
   * Annotations for the pod.
   * @default - none
   */
  readonly podAnnotations?: { readonly [key: string]: string };
}
