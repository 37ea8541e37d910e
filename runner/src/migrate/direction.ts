import type { Way } from '../activity/part';
import type { ClassifiedStatement } from '../sql/script-statements';
import type { PlannedScript } from './unit';

/** What a script took. */
export interface Taken {
  readonly duration_ms: number;
  /** Rows that its statements changed in this run. */
  readonly rows: number;
}

/** What differs between applying a migration and undoing it, where statements run and are resumed in the same way. */
export interface Direction {
  readonly way: Way;
  /** What the progress of a migration's script is noted under, so that neither passes for the other's. */
  progressTag(tag: string): string;
  /** Whether nobody else has run the script to its end since it was planned. */
  isDue(script: PlannedScript): Promise<boolean>;
  /** Runs a statement inside the open transaction, between what must be done before and after it. */
  within(script: PlannedScript, statement: ClassifiedStatement, run: () => Promise<void>): Promise<void>;
  /** Called before a statement runs outside a transaction. @throws GateError when it must not. */
  alone?(script: PlannedScript, statement: ClassifiedStatement): Promise<void>;
  /** Records inside the open transaction that the script has come to its end, and what it took. */
  record(script: PlannedScript, taken: Taken): Promise<void>;
  /** Told when the script fails and something of it stays. */
  onStopped?(): void;
}
