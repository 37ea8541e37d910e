import type { Duration, Size } from 'cdk8s';
import type { AbstractPod, ContainerResources, EnvFrom, EnvValue, ImagePullPolicy } from 'cdk8s-plus-28';
import type { DatabaseCredentials, DatabaseTls, ProxySidecar } from './credentials';
import type { LogFormat } from './log-format';
import type { MigrationSource } from './migration-source';
import type { SchemaRange } from './schema-range';

export interface SchemaGateProps {
  /** The Deployment, StatefulSet, DaemonSet, Job, CronJob or Pod whose containers need the schema. */
  readonly workload: AbstractPod;
  /**
   * The image with the runner, by digest or by a tag that names a version. It need not hold the migrations.
   */
  readonly image: string;
  /**
   * Accepts an image whose tag can mean another image tomorrow, such as `latest`.
   * @default false
   */
  readonly allowMutableImage?: boolean;
  /**
   * Where the login is found: best the application's own, which `grantStatusTo` of the MigrationJob lets see the schema
   * version.
   */
  readonly credentials: DatabaseCredentials;
  /**
   * How the connection is encrypted, and how the server proves who it is.
   * @default - what the credentials or their URL say; else encrypted where the server offers it
   */
  readonly tls?: DatabaseTls;
  /**
   * Proxies that the gate needs, started before it. They run as long as the pod does, for the application as well.
   * @default - only those that the credentials need
   */
  readonly sidecars?: ProxySidecar[];
  /**
   * The migrations that the release was built with. With `localFolder` their last tag, their number and their digest
   * stand in the manifest; without it, the image must hold them.
   */
  readonly migrations: MigrationSource;
  /**
   * Which schemas the release can live with.
   * @default SchemaRange.anyNewer()
   */
  readonly range?: SchemaRange;
  /**
   * How long the schema is waited for before the container ends (91). Whatever the workload's restart policy, a pod of a
   * Deployment is started again by the kubelet, and waits again.
   * @default Duration.minutes(5)
   */
  readonly timeout?: Duration;
  /**
   * Name of the init container.
   * @default 'wait-for-schema'
   */
  readonly containerName?: string;
  /**
   * Name of an init container of the workload, already added, after which the gate starts: a proxy that the login goes
   * through, for example.
   * @default - the gate is the first, after the gates that the workload has already
   */
  readonly after?: string;
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
   * Longest time one attempt to connect may take.
   * @default Duration.seconds(10)
   */
  readonly connectTimeout?: Duration;
  /**
   * How log lines look.
   * @default - JSON in a pod
   */
  readonly logFormat?: LogFormat;
  /**
   * Requests and limits of the init container. A kind of resource that is left out keeps its default.
   * @default - cpu 50m to 500m, memory 64Mi to 256Mi, ephemeral storage 64Mi to 256Mi
   */
  readonly resources?: ContainerResources;
  /**
   * Size of its /tmp, the only place that it can write.
   * @default Size.mebibytes(16)
   */
  readonly tmpSize?: Size;
  /**
   * More variables for the init container: plain values, or from Secrets and ConfigMaps.
   * @default - none
   */
  readonly env?: { readonly [name: string]: EnvValue };
  /**
   * Secrets and ConfigMaps all of whose keys become variables of the init container.
   * @default - none
   */
  readonly envFrom?: EnvFrom[];
  /** @default ImagePullPolicy.IF_NOT_PRESENT */
  readonly imagePullPolicy?: ImagePullPolicy;
}
