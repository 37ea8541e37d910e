import { ambientParts, istioParts, linkerdParts, OPT_OUT } from '../internal/mesh/mesh-parts';
import type { PodParts } from '../internal/pod-parts';
import { Problems } from '../internal/problems';
import { dnsLabelProblem } from '../internal/syntax';
import type { DatabaseEndpoint } from '../network/database-endpoint';

export interface MeshControlPlaneOptions {
  /**
   * Namespace of the mesh's control plane, which the sidecar must reach.
   * @default - 'istio-system' or 'linkerd'
   */
  readonly namespace?: string;
}

/**
 * Whether a service mesh takes the Jobs' pods in. An ordinary sidecar never ends, so the Job would not; it starts after
 * the pre-flight check, whose connections it captures; and unless the mesh has a CNI plugin, what it puts into the pod
 * is refused by the *restricted* Pod Security Standard. So the Jobs stay outside by default, and where the database
 * accepts only the mesh's mTLS, they come in with a native sidecar (Kubernetes 1.29 or later) or without any.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
 */
export class Mesh {
  /**
   * Pods stay outside of Istio, ambient or with sidecars, and of Linkerd; where there is no mesh it changes nothing. For
   * other meshes give their own labels or annotations, such as `kuma.io/sidecar-injection: disabled`.
   */
  public static optOut(): Mesh {
    return new Mesh(() => OPT_OUT, true);
  }

  /**
   * Istio's native sidecar. Needs Istio's CNI plugin in a *restricted* namespace; the policy opens istiod.
   *
   * @throws Error when the namespace is no name.
   * @see https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/
   */
  public static istio(options: MeshControlPlaneOptions = {}): Mesh {
    const namespace = checkedNamespace(options, 'istio-system');
    return new Mesh((endpoint) => istioParts(namespace, endpoint), false);
  }

  /**
   * Istio's ambient mode: the node carries the pod's connections, nothing runs beside the Job. The policy opens the
   * mesh's tunnel to the database's pods.
   *
   * @see https://istio.io/latest/docs/ambient/usage/networkpolicy/
   */
  public static istioAmbient(): Mesh {
    return new Mesh(ambientParts, true);
  }

  /**
   * Linkerd's native sidecar (2.15 or later). Needs Linkerd's CNI plugin in a *restricted* namespace; the policy opens
   * the control plane and the proxies of the database's pods.
   *
   * @throws Error when the namespace is no name.
   * @see https://linkerd.io/2/features/proxy-injection/
   */
  public static linkerd(options: MeshControlPlaneOptions = {}): Mesh {
    const namespace = checkedNamespace(options, 'linkerd');
    return new Mesh((endpoint) => linkerdParts(namespace, endpoint), true);
  }

  /** Nothing is said: the namespace decides. */
  public static none(): Mesh {
    return new Mesh(() => ({}), true);
  }

  private constructor(
    /**
     * What it adds to a pod, and what the pod must reach; without an endpoint only the former counts.
     * @internal
     */
    public readonly _parts: (endpoint?: DatabaseEndpoint) => PodParts,
    /** @internal */
    public readonly _looksUpFullNames: boolean,
  ) {}
}

function checkedNamespace({ namespace }: MeshControlPlaneOptions, byDefault: string): string {
  const problems = new Problems();
  if (namespace !== undefined) problems.check('namespace', dnsLabelProblem(namespace));
  problems.throwIfAny();
  return namespace ?? byDefault;
}
