import { EMPTY_TARGET } from '../../../core/contract';
import {
  type AppliedMigration,
  type Comparison,
  type Journal,
  type Migration,
  matchTarget,
} from '../../../core/journal';
import type { HistoryRules } from '../config/settings';
import { GateError, GateErrors } from '../errors/gate-error';
import { editProblems } from '../migrate/assert-comparison';
import { plural } from '../report/plural';
import { memberOf, type RollbackMember } from './member';

export interface RollbackRange {
  /** The last migration that stays; undefined when none does. */
  readonly target: Migration | undefined;
  /** What is undone, in the order of undoing: the last applied first. */
  readonly members: readonly RollbackMember[];
  /** What stays although it was applied after the first member: late-merged, it may build on what goes. */
  readonly appliedLater: readonly AppliedMigration[];
  /** Members whose file is not what was applied, which the rules accept. */
  readonly acceptedEdits: readonly AppliedMigration[];
}

/**
 * Finds the migrations after the target in the journal's order, in the reverse order of their application.
 *
 * @throws GateError: 78 for a target that is unset, unknown, ambiguous or not applied; 81 when the database has
 *   migrations in the range of which there is no file, or another one than was applied.
 */
export function resolveRange(
  journal: Journal,
  comparison: Comparison,
  wanted: string | undefined,
  rules: HistoryRules,
): RollbackRange {
  const applied = [...comparison.applied, ...comparison.edited];
  const target = findTarget(journal, applied, wanted);
  const after = (migration: Migration) => !target || migration.position > target.position;
  const members = applied
    .filter(({ migration }) => after(migration))
    .map(memberOf)
    .sort((a, b) => b.row.id - a.row.id);
  const unknown = comparison.missingFile.filter((row) => !target || (row.createdAt ?? 0) > target.when);
  if (unknown.length > 0) {
    throw new GateError(
      'MISMATCH',
      `the database has ${plural(unknown.length, 'migration')} after the target without a file here (history id ${unknown.map(({ id }) => id).join(', ')})`,
      { remedy: 'roll back with the image that has these migrations' },
    );
  }
  const acceptedEdits = comparison.edited.filter(({ migration }) => after(migration));
  const edits = editProblems(acceptedEdits, rules);
  if (edits.length > 0) throw new GateErrors('MISMATCH', edits);
  const first = Math.min(...members.map(({ row }) => row.id));
  const appliedLater = applied.filter((entry) => !after(entry.migration) && entry.row.id > first);
  return { target, members, appliedLater, acceptedEdits };
}

function findTarget(
  journal: Journal,
  applied: readonly AppliedMigration[],
  wanted: string | undefined,
): Migration | undefined {
  const tags = applied.map(({ migration }) => migration.tag);
  const choices = `give one that is applied (${tags.slice(-5).join(', ') || 'none is'}), or "${EMPTY_TARGET}"`;
  if (wanted === undefined) {
    throw new GateError(
      'CONFIG',
      'ROLLBACK_TARGET is unset; it says which migration stays as the last one applied',
      {
        remedy: choices,
      },
    );
  }
  if (wanted === EMPTY_TARGET) return undefined;
  const meant = matchTarget(
    journal.migrations.map(({ tag }) => tag),
    wanted,
  );
  const target = journal.migrations.find(({ tag }) => tag === meant[0]);
  const shown = `ROLLBACK_TARGET is ${JSON.stringify(wanted)}`;
  if (!target) throw new GateError('CONFIG', `${shown}, but no migration has this name`, { remedy: choices });
  if (meant.length > 1) {
    throw new GateError('CONFIG', `${shown}, which ${meant.length} migrations begin with`, {
      remedy: `give the whole name: ${meant.join(' or ')}`,
    });
  }
  if (!tags.includes(target.tag)) {
    throw new GateError('CONFIG', `${shown}, which is not applied`, { remedy: choices });
  }
  return target;
}
