import type { Migration } from '../../../../core/journal';
import type { OrderChange } from '../../catalog/compare-catalogs';
import type { Finding } from '../../report/finding';

/** How one step ended; `order`: all is there again, but columns stand in another order. */
export type StepState = 'yes' | 'no' | 'order' | 'not run';

/** What became of the rows with which a database was filled. */
export interface RowsProof {
  /** How many rows were there when the migration was rolled back. */
  readonly rows: number;
  /** Tables that stayed empty, each with the reason. */
  readonly notFilled: readonly string[];
  /** Rows that the rollback should have left alone, or brought back. */
  readonly changed: readonly string[];
  /** Rows that the migration itself, or a statement marked DESTRUCTIVE, changed. */
  readonly declared: readonly string[];
  /** Sequences that give numbers again, which rows have already. */
  readonly sequences: readonly string[];
}

export interface Steps {
  readonly up: StepState;
  readonly down: StepState;
  /** The catalog is that of before. */
  readonly restored: StepState;
  /** Applied once more, the catalog is that of the first time. */
  readonly again: StepState;
  readonly rows: StepState;
}

/** `irreversible`: declared as such by its author, with a reason. */
export type ProofState = 'proven' | 'failed' | 'irreversible';

export interface Proof {
  readonly migration: Migration;
  readonly state: ProofState;
  readonly steps: Steps;
  /** Path of the rollback script, where there is one. */
  readonly script?: string | undefined;
  readonly problems: readonly Finding[];
  readonly warnings: readonly Finding[];
  readonly columnOrder: readonly OrderChange[];
  readonly rows?: RowsProof | undefined;
  /** Why it can't be undone, in its author's words. */
  readonly reason?: string | undefined;
  readonly milliseconds: number;
}

export const NOT_RUN: Steps = {
  up: 'not run',
  down: 'not run',
  restored: 'not run',
  again: 'not run',
  rows: 'not run',
};

/** All that were proven one by one, rolled back in one go. */
export interface RangeProof {
  readonly from: string;
  readonly to: string;
  readonly state: 'proven' | 'failed';
  readonly problems: readonly Finding[];
  readonly milliseconds: number;
}

export interface ProofReport {
  readonly proofs: readonly Proof[];
  readonly range?: RangeProof | undefined;
}

export function hasFailed({ proofs, range }: ProofReport): boolean {
  return proofs.some(({ state }) => state === 'failed') || range?.state === 'failed';
}
