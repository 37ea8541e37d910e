import type { CommandName } from '../../../core/contract';
import type { GateError } from '../errors/gate-error';
import type { UnitMode } from '../migrate/unit';

/** Whether migrations are applied or undone. */
export type Way = 'apply' | 'undo';

/** What a run does for a while: the whole of it, a unit of it, or a migration of the unit. */
export type Part =
  | { readonly kind: 'run'; readonly command: CommandName }
  | {
      readonly kind: 'unit';
      readonly way: Way;
      readonly mode: UnitMode;
      /** Tags. */
      readonly migrations: readonly string[];
      /** How many migrations the run has still to do after this unit. */
      readonly later: number;
    }
  | {
      readonly kind: 'migration';
      readonly way: Way;
      readonly migration: string;
      /** Name of its script. */
      readonly file: string;
      /** How many its script has. */
      readonly statements: number;
    };

/** A part that has begun. */
export interface OpenPart {
  readonly part: Part;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Rows that its statements inserted, updated, deleted, merged or copied so far. */
  rows: number;
}

/** How a part ended. `stale`: another runner had done it, so that nothing was done. */
export type PartEnd =
  | { readonly outcome: 'succeeded' | 'stale' }
  | { readonly outcome: 'failed'; readonly failure: GateError };

/** The statement that runs now. */
export interface RunningStatement {
  /** From 1, in its script. */
  readonly number: number;
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

/** What was last seen of the statement that runs, from another session. */
export interface Sight {
  /** What it waits for, in the words of pg_stat_activity. */
  readonly wait?: { readonly type: string; readonly event: string } | undefined;
  /** How far it has come, in the words and units of PostgreSQL's progress views. */
  readonly progress?: Progress | undefined;
  /** Who holds the lock that it waits for: `pid 123`, or a prepared transaction. */
  readonly waitsFor?: readonly string[] | undefined;
}

export interface Progress {
  readonly phase: string;
  /** Which partition of how many it is at: `2 of 5`. */
  readonly partition?: string | undefined;
  readonly done: number | undefined;
  readonly total: number | undefined;
}

/** What happens between the beginning and the end of a part. */
export type Happening =
  | {
      readonly kind: 'lock_wait';
      /** Of the migration lock, or of locks on what a statement works on. */
      readonly lock: 'migration' | 'statement';
      readonly milliseconds: number;
      readonly isObtained: boolean;
    }
  | { readonly kind: 'retry'; readonly reason: 'lock' | 'connection'; readonly message: string }
  | {
      readonly kind: 'schema';
      readonly applied: number;
      readonly pending: number;
      /** The last migration that is applied. */
      readonly last: string | undefined;
    };
