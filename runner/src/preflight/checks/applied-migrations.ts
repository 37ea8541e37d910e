import type { Comparison } from '../../../../core/journal';
import type { HistoryRules } from '../../config/settings';
import {
  type AppliedAt,
  historyExit,
  historyProblems,
  historyWarnings,
} from '../../migrate/assert-comparison';
import { statusSummary } from '../../status/status-rows';
import { type Finding, pass, refuse, warn } from '../check';

const CHECK = 'applied migrations';

/** Whether history and files agree, and what is pending. */
export function checkAppliedMigrations(
  comparison: Comparison,
  rules: HistoryRules,
  appliedAt: AppliedAt,
): Finding[] {
  const problems = historyProblems(comparison, rules, appliedAt);
  if (problems.length > 0) {
    const exit = historyExit(comparison, rules);
    return problems.map((problem) => refuse(CHECK, exit, problem));
  }
  const findings: Finding[] = [pass(CHECK, statusSummary(comparison))];
  for (const { message } of historyWarnings(comparison, rules, appliedAt))
    findings.push(warn(CHECK, message));
  return findings;
}
