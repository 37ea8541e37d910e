/** One statement of a script, with what a person must know about it. */
export interface Step {
  readonly sql: string;
  /** Whole lines of comment that stand before it, without the dashes. */
  readonly notes: readonly string[];
}

export function step(sql: string, ...notes: readonly string[]): Step {
  return { sql, notes };
}
