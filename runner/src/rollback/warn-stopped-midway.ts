import type { Migration } from '../../../core/journal';
import type { Reporter } from '../report/reporter';
import { describeMidway } from '../status/describe-midway';
import { describeStatements } from '../status/describe-statements';
import { giveUp } from '../status/midway-problems';
import type { StoppedMidway } from '../status/stopped-midway';
import { isAfter, type RollbackMember } from './member';
import type { RollbackRange } from './resolve-range';

/**
 * What stopped midway after the target: it is not in the history, so the rollback leaves it as it is. Of what has no file
 * nobody knows where it belongs. A rollback that stopped midway is no such thing: this one goes on with it.
 */
export function stoppedAfter(
  target: RollbackRange['target'],
  stopped: readonly StoppedMidway[],
): StoppedMidway[] {
  return stopped.filter(
    ({ file, undoes }) => undoes === undefined && (!file || !target || comesAfter(file.migration, target)),
  );
}

function comesAfter(migration: Migration, target: RollbackMember): boolean {
  const { layout, when } = migration;
  return isAfter(layout, { migration, when, row: { id: Number.POSITIVE_INFINITY } }, target);
}

/** Says loudly what stays although the target lies before it, and what to do about it. */
export function warnStoppedMidway(stopped: readonly StoppedMidway[], reporter: Reporter): void {
  for (const each of stopped) {
    reporter.warn(
      'rollback_warning',
      `WARNING: ${describeMidway(each)}; it is not part of this rollback, and what it did stays in the database`,
      {
        migration: each.tag,
        detail: describeStatements(each),
        remedy: `${each.file ? 'migrate' : 'migrate with the release that has it'}, so that it is complete and can be rolled back too; or ${giveUp(each.tag)}`,
      },
    );
  }
}
