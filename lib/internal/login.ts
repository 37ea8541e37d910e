import type { Construct } from 'constructs';
import type { PodParts } from './pod-parts';

/** A way to log in: what it adds to the pod, and what else it needs. */
export interface Login extends PodParts {
  /** The port that the endpoint must have: the connection's, or behind a proxy that of the proxy's own. */
  readonly port?: number;
  /** Whether a proxy beside the Jobs connects to the endpoint in their place. */
  readonly isProxied?: boolean;
  /** Whether the manifest must name the host. */
  readonly needsHost?: boolean;
  /** Why the endpoint can't name the host; absent where it can. */
  readonly hostIsFixed?: string;
  /** Why the connection must be encrypted; absent where the person decides. */
  readonly tlsReason?: string;
  /** Why TLS is none of the runner's business; absent where it is. */
  readonly noTlsReason?: string;
  /** Annotations of the pod that fit only a Job that tries a failed pod again. */
  readonly annotationsWhenRetried?: { readonly [key: string]: string };
  /** Annotations of the pod that fit only a Job whose first pod is its last. */
  readonly annotationsWhenNotRetried?: { readonly [key: string]: string };
  /** Makes the objects that the login comes from, as children of `scope`. */
  readonly makeObjects?: (scope: Construct) => void;
}
