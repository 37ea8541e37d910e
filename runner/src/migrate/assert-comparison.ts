import type { Comparison, Journal } from '../../../core/journal';
import { GateErrors } from '../errors/gate-error';
import { plural } from '../report/plural';
import type { Reporter } from '../report/reporter';

/** What history and files say that forbids a migration; empty when nothing does. */
export function historyProblems({ edited, missingFile, pending }: Comparison): string[] {
  const problems = edited.map(
    ({ migration, row }) =>
      `${migration.tag} was edited after it was applied (history id ${row.id}); restore the file from the release that applied it, and put the change into a new migration`,
  );
  if (missingFile.length > 0 && pending.length > 0) {
    const ids = missingFile.map((row) => row.id).join(', ');
    problems.push(
      `files and database diverged: ${pending.length} pending here, but the database has ${missingFile.length} without a file (history id ${ids}); merge the branches, or use the image that has these files`,
    );
  }
  return problems;
}

/** What is odd in the history, but no reason to stop. */
export function historyWarnings({ missingFile, pending, duplicate }: Comparison): string[] {
  const warnings: string[] = [];
  if (missingFile.length > 0 && pending.length === 0) {
    warnings.push(
      `the database is ahead: ${missingFile.length} applied without a file here; right for an older release, else use the newer image`,
    );
  }
  if (duplicate.length > 0) {
    warnings.push(
      `the history has ${plural(duplicate.length, 'duplicate row')} of migrations that another row records`,
    );
  }
  return warnings;
}

/** @throws GateErrors (81) when the history forbids to go on; warnings and what is out of order are reported. */
export function assertComparison(comparison: Comparison, reporter: Reporter): void {
  const problems = historyProblems(comparison);
  if (problems.length > 0) throw new GateErrors('MISMATCH', problems);
  for (const warning of historyWarnings(comparison)) reporter.warn('history_warning', warning);
  for (const { tag } of comparison.outOfOrder) {
    reporter.warn(
      'out_of_order',
      `${tag} comes before a migration that is applied already; it is applied now`,
      {
        migration: tag,
      },
    );
  }
}

export function reportJournalWarnings(journal: Journal, reporter: Reporter): void {
  for (const warning of journal.warnings) reporter.warn('journal_warning', warning);
}
