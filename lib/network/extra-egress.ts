import type { NetworkProtocol } from 'cdk8s-plus-28';
import type { DatabasePeer } from './database-peer';

/** One more destination that the pods may reach, for example a telemetry collector. */
export interface ExtraEgress {
  readonly peer: DatabasePeer;
  /** Port, from 1 to 65535. */
  readonly port: number;
  /** @default NetworkProtocol.TCP */
  readonly protocol?: NetworkProtocol;
}
