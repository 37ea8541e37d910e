import type { Journal, Migration } from '../../../../core/journal';
import { plural } from '../../../../runner/src/report/plural';
import { examineScript } from '../../rollback/prove/examine-script';
import type { LintFinding } from '../finding';

/**
 * Migrations that nobody could undo at night. A project that has not one script does not use them, which is one
 * finding; a migration that its author declares irreversible is none.
 */
export function rollbackFindings(journal: Journal, chosen: readonly Migration[]): LintFinding[] {
  const examined = chosen.map((migration) => ({ migration, ...examineScript(journal, migration) }));
  const open = examined.filter(({ problems }) => problems.length > 0);
  const without = open.filter(({ script }) => script === undefined);
  if (without.length > 1 && !examined.some(({ script, irreversible }) => script ?? irreversible)) {
    return [
      {
        ...{ rule: 'missing-rollback', severity: 'warning' },
        message: `none of ${plural(chosen.length, 'migration')} has a rollback script`,
        remedy: 'drizzle-gate rollback generate --missing',
      },
    ];
  }
  return open.flatMap(({ problems, script }) =>
    problems.map(({ message, remedy, path, line }): LintFinding => {
      const isMissing = script === undefined && / has no rollback script$/.test(message);
      return {
        ...{ rule: isMissing ? 'missing-rollback' : 'unusable-rollback', message, remedy, path, line },
        severity: isMissing ? 'warning' : 'error',
      };
    }),
  );
}
