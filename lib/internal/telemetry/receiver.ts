import type { DatabasePeer } from '../../network/database-peer';
import type { EnvSource } from '../pod-parts';

/** Who is told of a run, as the manifest needs it. */
export interface Receiver {
  /** The variables that name it to the runner. */
  readonly env: { readonly [name: string]: EnvSource };
  /** Resource attributes beyond those that every pod gives. */
  readonly attributes: { readonly [name: string]: string };
  /** As the URL names it; undefined where a Secret holds the URL. */
  readonly host: string | undefined;
  readonly port: number;
  readonly peer: DatabasePeer | undefined;
}
