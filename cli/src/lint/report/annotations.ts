import { renderAnnotation } from '../../report/annotations';
import type { LintReport } from '../finding';

/** Each finding beside its line in the pull request. */
export function renderAnnotations({ findings }: LintReport, root: string | undefined): string[] {
  return findings.map(({ severity, rule, message, remedy, path, line }) =>
    renderAnnotation(
      severity,
      { message: `${message} [${rule}]`, remedy, path, line },
      { title: 'drizzle-gate lint', root },
    ),
  );
}
