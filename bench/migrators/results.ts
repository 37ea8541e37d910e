import type { Cost } from '../support/measure-process';

/** What `--json` writes, and the table, the page and the pictures are made from. */
export interface Results {
  readonly date: string;
  readonly machine: string;
  readonly node: string;
  readonly postgres: string;
  /** Whether the server waited for the disk. */
  readonly isDurable: boolean;
  readonly rounds: number;
  /** In the order in which they are shown. */
  readonly tools: readonly ResultTool[];
  readonly scenes: readonly Scene[];
}

export interface ResultTool {
  readonly name: string;
  readonly version: string;
  readonly role: 'runner' | 'peer' | 'beside';
}

/** A case over a network. */
export interface Scene {
  readonly case: string;
  readonly title: string;
  readonly roundTripMs: number;
  readonly entries: readonly Entry[];
  /** Of a process of Node that does nothing. */
  readonly floor: readonly Cost[];
}

export interface Entry {
  readonly tool: string;
  readonly costs: readonly Cost[];
  readonly roundTrips: number;
}
