import type { Comparison, Journal } from '../../../core/journal';

export type MigrationState = 'applied' | 'pending' | 'out of order' | 'edited' | 'missing file' | 'duplicate';

export interface StatusRow {
  readonly migration: string;
  readonly state: MigrationState;
  /** Id of its row in the history; absent when it has none. */
  readonly historyId?: number;
}

/** Every migration in the journal's order, then what the history has beyond the files. */
export function statusRows(journal: Journal, comparison: Comparison): StatusRow[] {
  const recorded = new Map<string, StatusRow>();
  for (const { migration, row } of comparison.applied) {
    recorded.set(migration.tag, { migration: migration.tag, state: 'applied', historyId: row.id });
  }
  for (const { migration, row } of comparison.edited) {
    recorded.set(migration.tag, { migration: migration.tag, state: 'edited', historyId: row.id });
  }
  const late = new Set(comparison.outOfOrder);
  return [
    ...journal.migrations.map(
      (migration): StatusRow =>
        recorded.get(migration.tag) ?? {
          migration: migration.tag,
          state: late.has(migration) ? 'out of order' : 'pending',
        },
    ),
    ...comparison.missingFile.map(
      (row): StatusRow => ({ migration: row.hash.slice(0, 12), state: 'missing file', historyId: row.id }),
    ),
    ...comparison.duplicate.map(
      (row): StatusRow => ({ migration: row.hash.slice(0, 12), state: 'duplicate', historyId: row.id }),
    ),
  ];
}

/** One line: how many are applied and pending, and which is the last. */
export function statusSummary(comparison: Comparison): string {
  const applied = comparison.applied.length + comparison.edited.length;
  const last = [...comparison.applied, ...comparison.edited].sort((a, b) => b.row.id - a.row.id)[0];
  return `${applied} applied, ${comparison.pending.length} pending${last ? `; last applied: ${last.migration.tag}` : ''}`;
}
