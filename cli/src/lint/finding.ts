/** `error`: it can't work, or not as anybody means it. `warning`: a risk that a person must weigh. */
export type Severity = 'error' | 'warning';

/** Something in a migrations folder that a person should look at before it is merged. */
export interface LintFinding {
  /** Stable name, by which it is left out. */
  readonly rule: string;
  readonly severity: Severity;
  /** Path of the file; absent where it is about the whole folder. */
  readonly path?: string | undefined;
  /** From 1. */
  readonly line?: number | undefined;
  /** In characters, from 1. */
  readonly column?: number | undefined;
  readonly message: string;
  /** What to do, as an order. */
  readonly remedy?: string | undefined;
  /** The line of the file, with a caret where there is a column. */
  readonly excerpt?: string | undefined;
}

export interface LintReport {
  readonly folder: string;
  /** Tags of the migrations that were looked at. */
  readonly migrations: readonly string[];
  readonly findings: readonly LintFinding[];
  /** What could not be looked at, with the reason. */
  readonly notes: readonly string[];
}

/** By file, in the folder's order, and by place. */
export function inOrder(findings: readonly LintFinding[], paths: readonly string[]): LintFinding[] {
  const rank = ({ path }: LintFinding) => (path === undefined ? -1 : paths.indexOf(path));
  return [...findings].sort(
    (a, b) =>
      rank(a) - rank(b) ||
      (a.path ?? '').localeCompare(b.path ?? '', 'en-US') ||
      (a.line ?? 0) - (b.line ?? 0) ||
      (a.column ?? 0) - (b.column ?? 0),
  );
}

export function countOf(findings: readonly LintFinding[], severity: Severity): number {
  return findings.filter((finding) => finding.severity === severity).length;
}
