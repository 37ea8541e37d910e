import type { EnvValue, VolumeMount } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';

/** A container of a Job, as far as the two kinds of Job differ. */
export interface GateContainer {
  readonly name: string;
  readonly args?: string[];
  readonly command?: string[];
  readonly workingDir?: string;
  /** @default - the image of the Job */
  readonly image?: string;
  /** Whether its exit codes are the runner's, so that the failure policy may bind them. */
  readonly isRunner: boolean;
}

/** What makes a MigrationJob or a RollbackJob of the common parts. */
export interface GateJobKind {
  readonly baseName: string;
  readonly backoffLimit: number;
  readonly isRollback: boolean;
  readonly init: GateContainer;
  readonly main: GateContainer;
  readonly env: { readonly [name: string]: EnvValue };
  readonly mounts: (scope: Construct) => VolumeMount[];
  readonly podAnnotations?: { readonly [key: string]: string };
}
