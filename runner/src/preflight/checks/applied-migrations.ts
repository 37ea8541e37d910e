import type { Comparison } from '../../../../core/journal';
import { historyProblems, historyWarnings } from '../../migrate/assert-comparison';
import { statusSummary } from '../../status/status-rows';
import { type Finding, pass, refuse, warn } from '../check';

const CHECK = 'applied migrations';

/** Whether history and files agree, and what is pending. */
export function checkAppliedMigrations(comparison: Comparison): Finding[] {
  const problems = historyProblems(comparison);
  if (problems.length > 0) return problems.map((problem) => refuse(CHECK, 'MISMATCH', problem));
  const findings: Finding[] = [pass(CHECK, statusSummary(comparison))];
  for (const { tag } of comparison.outOfOrder) {
    findings.push(warn(CHECK, `${tag} comes before a migration that is applied already; it will be applied`));
  }
  for (const warning of historyWarnings(comparison)) findings.push(warn(CHECK, warning));
  return findings;
}
