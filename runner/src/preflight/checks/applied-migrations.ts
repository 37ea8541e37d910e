import type { Comparison } from '../../../../core/journal';
import { historyProblems, historyWarnings } from '../../migrate/assert-comparison';
import type { Unit } from '../../migrate/plan-units';
import { statusSummary } from '../../status/status-rows';
import { type Finding, pass, refuse, warn } from '../check';

const CHECK = 'applied migrations';

/** Whether history and files agree, what is pending, and whether that can be run. */
export function checkAppliedMigrations(comparison: Comparison, units: readonly Unit[]): Finding[] {
  const problems = historyProblems(comparison);
  if (problems.length > 0) return problems.map((problem) => refuse(CHECK, 'MISMATCH', problem));
  const findings: Finding[] = [pass(CHECK, statusSummary(comparison))];
  for (const { tag } of comparison.outOfOrder) {
    findings.push(warn(CHECK, `${tag} comes before a migration that is applied already; it will be applied`));
  }
  for (const warning of historyWarnings(comparison)) findings.push(warn(CHECK, warning));
  for (const unit of units) {
    const [first] = unit.migrations;
    if (unit.mode === 'transactional' || !first) continue;
    findings.push(
      warn(
        CHECK,
        `${first.migration.tag} runs outside a transaction, statement by statement; after a failure the next run goes on there`,
      ),
    );
  }
  return findings;
}
