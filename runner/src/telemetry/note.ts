import type { Happening, Part } from '../activity/part';

/** How a part ended, with nothing that must not be sent. */
export type NotedEnd =
  | { readonly outcome: 'succeeded' | 'stale' }
  | {
      readonly outcome: 'failed';
      /** Without secrets and row data. */
      readonly message: string;
      readonly exitCode: number;
      /** SQLSTATE, or the name of the exit code. */
      readonly type: string;
      readonly sqlstate: string | undefined;
      /** The migration that failed. */
      readonly migration: string | undefined;
      /** The number of the statement in its script. */
      readonly statement: number | undefined;
    };

/** What happened in a run, and when: it can be told before anybody is there to listen. */
export type Note =
  | { readonly kind: 'began'; readonly at: number; readonly part: Part; readonly spanId: string }
  | {
      readonly kind: 'ended';
      readonly at: number;
      readonly part: Part;
      readonly startedAt: number;
      readonly rows: number;
      readonly end: NotedEnd;
    }
  | {
      readonly kind: 'happened';
      readonly at: number;
      readonly happening: Happening;
      readonly within: Part | undefined;
    };
