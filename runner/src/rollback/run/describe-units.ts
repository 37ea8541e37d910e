import { positionOf } from '../../sql/position';
import type { PlannedUndo, UndoUnit } from './undo-units';

const SHOWN = 3;

/** Whether all of it is undone or nothing, whatever happens. */
export function isAtomic(units: readonly UndoUnit[]): boolean {
  return units.length <= 1 && units.every(({ mode }) => mode === 'transactional');
}

/** What commits by itself, one line for each unit in the order of undoing. */
export function describeUnits(units: readonly UndoUnit[]): string[] {
  return units.map(({ mode, migrations }) => {
    const [first] = migrations;
    if (mode !== 'transactional' && first) {
      return `${first.migration.tag} runs outside a transaction: ${outside(first)}`;
    }
    const tags = migrations.map(({ migration }) => migration.tag).join(', ');
    return migrations.length === 1 ? `${tags} commits by itself` : `${tags} commit together`;
  });
}

/** The statements for which it can't be one transaction, with their lines. */
function outside({ statements, migration: { file, sql } }: PlannedUndo): string {
  const found = statements.flatMap(({ kind, start }) => {
    const what =
      kind.kind === 'non-transactional'
        ? kind.what
        : kind.kind === 'enum-value'
          ? 'ALTER TYPE … ADD VALUE'
          : undefined;
    return what === undefined ? [] : [`${what} (${file}, line ${positionOf(sql, start).line})`];
  });
  if (found.length === 0) return `${file} asks for it, or an earlier run of it stopped midway`;
  const more = found.length - SHOWN;
  return [...found.slice(0, SHOWN), ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}
