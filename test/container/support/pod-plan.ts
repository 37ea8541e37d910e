/** What Secrets, ConfigMaps and other sources hold while the pod runs. */
export interface Cluster {
  readonly configMaps: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Files of volumes that a driver or the API server fills (csi, service account tokens), by volume and path. */
  readonly provided?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface VolumeFile {
  readonly path: string;
  readonly content: string;
  readonly mode: number;
}

export type VolumePlan =
  | { readonly kind: 'memory'; readonly bytes: number | undefined }
  | { readonly kind: 'files'; readonly files: readonly VolumeFile[] };

export interface MountPlan {
  readonly volume: string;
  readonly path: string;
  readonly readOnly: boolean;
}

export interface ContainerPlan {
  readonly name: string;
  /** A sidecar starts in its turn among the init containers and ends after the main container. */
  readonly kind: 'sidecar' | 'init' | 'main';
  readonly image: string;
  readonly command: readonly string[] | undefined;
  readonly args: readonly string[];
  /** Values that stand in the manifest. */
  readonly env: Readonly<Record<string, string>>;
  /** Values of Secrets: they reach the engine by its environment, never by its command line. */
  readonly secretEnv: Readonly<Record<string, string>>;
  /** Flags of security and resources. */
  readonly flags: readonly string[];
  readonly readOnlyRoot: boolean;
  readonly mounts: readonly MountPlan[];
  readonly terminationPath: string;
}

export interface PodPlan {
  /** In the order in which they start. */
  readonly containers: readonly ContainerPlan[];
  readonly volumes: Readonly<Record<string, VolumePlan>>;
  /** The group that owns the files of volumes. */
  readonly fsGroup: number | undefined;
  readonly graceSeconds: number;
}
