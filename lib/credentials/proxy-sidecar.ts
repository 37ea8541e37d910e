import type { ContainerResources, EnvValue } from 'cdk8s-plus-28';
import { imageProblem } from '../internal/image-reference';
import { Problems } from '../internal/problems';
import { dnsLabelProblem, envNameProblem } from '../internal/syntax';

export interface ProxySidecarOptions {
  /** Name of the container, for example `cloud-sql-proxy`. */
  readonly name: string;
  /** The image, by digest or by a tag that names a version. Its ENTRYPOINT starts the proxy. */
  readonly image: string;
  /**
   * Accepts an image whose tag can mean another image tomorrow, such as `latest`.
   * @default false
   */
  readonly allowMutableImage?: boolean;
  /** @default - none */
  readonly args?: string[];
  /** @default - none */
  readonly env?: { readonly [name: string]: EnvValue };
  /**
   * Requests and limits. A kind of resource that is left out keeps its default.
   * @default - as for the runner: cpu 50m to 500m, memory 64Mi to 256Mi, ephemeral storage 64Mi to 256Mi
   */
  readonly resources?: ContainerResources;
}

/**
 * A proxy that runs beside the runner for as long as the pod does: a native sidecar, an init container with
 * `restartPolicy: Always`, which Kubernetes starts before the pre-flight check and stops when the Job's own container
 * has ended. It is hardened as the runner is.
 *
 * It has no startup probe on purpose: one that never passes would keep the pod waiting until `activeDeadline` without
 * a word, while the runner's own retries end after `connectRetry` and say what did not answer.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
 */
export class ProxySidecar {
  /** @throws Error with every problem of the options. */
  public static of(options: ProxySidecarOptions): ProxySidecar {
    const problems = new Problems();
    problems.check('name', dnsLabelProblem(options.name));
    problems.check('image', imageProblem(options.image, options.allowMutableImage ?? false));
    for (const name of Object.keys(options.env ?? {})) problems.check('env', envNameProblem(name));
    problems.throwIfAny();
    return new ProxySidecar(options);
  }

  public readonly name: string;

  private constructor(
    /** @internal */
    public readonly _options: ProxySidecarOptions,
  ) {
    this.name = _options.name;
  }
}
