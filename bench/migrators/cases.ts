/** One thing that a deployment asks of a tool. */
export interface Case {
  /** As --cases names it. */
  readonly id: string;
  readonly title: string;
  /** Migrations in the folder. */
  readonly total: number;
  /** Those of them that were applied before. */
  readonly applied: number;
  /** Only without a network between: with one it takes minutes, and says what a smaller one says. */
  readonly isDirectOnly?: boolean;
}

export const CASES: readonly Case[] = [
  { id: 'nothing', title: 'nothing to do, 60 applied', total: 60, applied: 60 },
  { id: 'one', title: 'one pending of 60', total: 60, applied: 59 },
  { id: '60', title: '60 migrations from empty', total: 60, applied: 0 },
  { id: '200', title: '200 migrations from empty', total: 200, applied: 0, isDirectOnly: true },
];

export const STATEMENTS_PER_MIGRATION = 3;
