import { existsSync, readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { GateError } from '../../../runner/src/errors/gate-error';

/** The parts of a Kubernetes object that a rehearsal reads. */
export interface KubernetesObject {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
}

export interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: {
    readonly secretKeyRef?: { readonly name: string; readonly key: string; readonly optional?: boolean };
    readonly configMapKeyRef?: { readonly name: string; readonly key: string; readonly optional?: boolean };
    readonly fieldRef?: { readonly fieldPath: string };
  };
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly EnvVar[];
  /** Of what comes by it, only the cluster knows the names. */
  readonly envFrom?: readonly unknown[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
  /** Of an init container: `Always` makes it a sidecar, which runs beside the others until the pod ends. */
  readonly restartPolicy?: string;
}

export interface Volume {
  readonly name: string;
  readonly configMap?: {
    readonly name: string;
    readonly items?: readonly { readonly key: string; readonly path: string }[];
  };
}

export interface FailurePolicyRule {
  readonly action: 'FailJob' | 'Ignore' | 'Count' | 'FailIndex';
  readonly onExitCodes?: {
    readonly containerName?: string;
    readonly operator: 'In' | 'NotIn';
    readonly values: readonly number[];
  };
}

export interface Job extends KubernetesObject {
  readonly spec: {
    readonly backoffLimit?: number;
    readonly podFailurePolicy?: { readonly rules: readonly FailurePolicyRule[] };
    readonly template: {
      readonly spec: {
        readonly initContainers?: readonly Container[];
        readonly containers: readonly Container[];
        readonly volumes?: readonly Volume[];
      };
    };
  };
}

/** A synthesized file: everything in it, and the one Job. */
export interface Manifest {
  readonly path: string;
  readonly objects: readonly KubernetesObject[];
  readonly job: Job;
}

/** Reads a synthesized file. @throws GateError (78) when it is missing, not YAML, or has not exactly one Job. */
export function readManifest(
  path: string,
  whenMissing = 'run `npx cdk8s synth` first, or give --dist',
): Manifest {
  if (!existsSync(path)) {
    throw new GateError('CONFIG', `${path} does not exist`, { remedy: whenMissing });
  }
  const documents = parseAllDocuments(readFileSync(path, 'utf8'));
  const fault = documents.flatMap(({ errors }) => errors)[0];
  if (fault) {
    throw new GateError('CONFIG', `${path} is not valid YAML: ${fault.message.split('\n')[0]}`, {
      remedy: 'synthesize it again',
    });
  }
  const objects = documents.map((document) => document.toJS() as KubernetesObject).filter(Boolean);
  const [job, ...more] = objects.filter(({ kind }) => kind === 'Job');
  if (!job || more.length > 0) {
    throw new GateError('CONFIG', `${path} has ${more.length + (job ? 1 : 0)} Jobs, not one`, {
      remedy: 'give the folder that main.ts synthesizes',
    });
  }
  const remedy = 'synthesize it again';
  if (!objects.every((object) => object.kind && object.metadata?.name)) {
    throw new GateError('CONFIG', `${path}: an object without kind or name`, { remedy });
  }
  if (!(job as Partial<Job>).spec?.template?.spec?.containers) {
    throw new GateError('CONFIG', `${path}: Job ${job.metadata.name} has no containers`, { remedy });
  }
  return { path, objects, job: job as Job };
}
