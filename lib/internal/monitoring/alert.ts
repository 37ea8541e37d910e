import type { AlertSeverities } from '../../monitoring';

/** An alert of Prometheus before the settings of the construct are added to it. */
export interface Alert {
  readonly name: string;
  readonly severity: keyof AlertSeverities;
  readonly expr: string;
  /** How long the expression must hold. */
  readonly for: string;
  /** Labels that its series do not have. */
  readonly labels?: { readonly [name: string]: string };
  readonly summary: string;
  readonly description: string;
  /** What the person on call types first. */
  readonly command: string;
}

/** What the expressions need of the construct's settings; times in seconds. */
export interface AlertSettings {
  readonly clusterLabel: string;
  readonly runningTooLong: number;
  readonly lockWaits: number;
  readonly informFor: number;
  readonly deployWindow: number;
}
