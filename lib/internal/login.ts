import type { Construct } from 'constructs';
import type { PodParts } from './pod-parts';

/** A way to log in: what it adds to the pod, and what else it needs. */
export interface Login extends PodParts {
  /** Port that the manifest names for the connection. */
  readonly port?: number;
  /** Why the endpoint can't name the host; absent where it can. */
  readonly hostIsFixed?: string;
  /** Why the connection must be encrypted; absent where the person decides. */
  readonly tlsReason?: string;
  /** Why TLS is none of the runner's business; absent where it is. */
  readonly noTlsReason?: string;
  /** Makes the objects that the login comes from, as children of `scope`. */
  readonly makeObjects?: (scope: Construct) => void;
}
