import { relative } from 'node:path';
import { countOf, type LintReport } from '../finding';

/** One document for programs; the fields keep their names. */
export function toDocument(
  { folder, migrations, findings, notes }: LintReport,
  ok: boolean,
): Record<string, unknown> {
  return {
    ...{ ok, folder, migrations },
    errors: countOf(findings, 'error'),
    warnings: countOf(findings, 'warning'),
    findings: findings.map(({ rule, severity, path, line, column, message, remedy, excerpt }) => ({
      ...{ rule, severity },
      file: path === undefined ? null : relative('.', path),
      ...{ line: line ?? null, column: column ?? null, message, remedy: remedy ?? null },
      excerpt: excerpt ?? null,
    })),
    notes,
  };
}
