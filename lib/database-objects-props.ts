import type { WorkloadIdentity } from './credentials';
import type { DatabaseEndpoint } from './network/database-endpoint';
import type { EgressOptions } from './network/egress-options';

/** The objects that stand beside a Job, in DatabaseMigration and DatabaseRollback alike. */
export interface DatabaseObjectsProps extends EgressOptions {
  /** The database: what the policy opens, and where the Job connects to. */
  readonly endpoint: DatabaseEndpoint;
  /**
   * Name of the account, the role, the binding and the policy.
   * @default 'db-migration'
   */
  readonly objectName?: string;
  /**
   * Whether the rollback scripts go into a ConfigMap, so that an emergency rollback needs no new image.
   * @default - true where the migrations folder is available at synth
   */
  readonly includeRollbackScripts?: boolean;
  /**
   * Name of that ConfigMap.
   * @default 'db-rollback-scripts'
   */
  readonly rollbackScriptsName?: string;
  /**
   * Tag of the oldest migration whose script is in it.
   * @default - the first migration
   */
  readonly rollbackScriptsSince?: string;
  /**
   * Who the pods are in their cloud.
   * @default - nobody
   */
  readonly workloadIdentity?: WorkloadIdentity;
}
