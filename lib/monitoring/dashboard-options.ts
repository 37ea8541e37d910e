/** The dashboard, in a ConfigMap that Grafana's sidecar finds. */
export interface DashboardOptions {
  /**
   * Name of the ConfigMap.
   * @default - the name of the other objects and `-dashboard`
   */
  readonly name?: string;
  /**
   * Label by which the sidecar finds it.
   * @default 'grafana_dashboard'
   */
  readonly label?: string;
  /** @default '1' */
  readonly labelValue?: string;
  /**
   * Folder of Grafana that it is put into, where the sidecar is told of `folderAnnotation`.
   * @default - the sidecar's own
   */
  readonly folder?: string;
  /** @default 'grafana_folder' */
  readonly folderAnnotation?: string;
  /**
   * What Grafana knows it by, for ever: at most 40 letters, digits, "-" and "_".
   * @default - the name of the other objects
   */
  readonly uid?: string;
  /** @default - 'Database migrations', and the name of the other objects where it is given */
  readonly title?: string;
  /**
   * UID of the Prometheus data source that it opens with.
   * @default - Grafana's default one
   */
  readonly datasource?: string;
}
