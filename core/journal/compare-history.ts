import { hasContent, matchRows } from './match-rows';
import type { AppliedMigration, HistoryRow, Migration } from './types';

/** A row more than the one that already records its migration. */
export interface DuplicateRow extends HistoryRow {
  readonly migration: Migration;
}

/** What files and history say of each other; every migration and every row stands in exactly one list. */
export interface Comparison {
  /** In the order in which they were applied (by history id). */
  readonly applied: readonly AppliedMigration[];
  /** In the journal's order; what is out of order is among them. */
  readonly pending: readonly Migration[];
  /** Pending, though a later one is applied: Drizzle's own 0.x migrator would skip them in silence. */
  readonly outOfOrder: readonly Migration[];
  /** Applied with another content than the file has now. */
  readonly edited: readonly AppliedMigration[];
  /** Rows for which there is no file: the database is ahead of this folder, or (with something pending) diverged. */
  readonly missingFile: readonly HistoryRow[];
  /** Rows that repeat a migration which another row already records. */
  readonly duplicate: readonly DuplicateRow[];
}

/**
 * Compares the files with the history, and only that: it reads nothing and decides nothing. The order of the rows
 * given does not matter, and no row ever stands for two migrations.
 */
export function compareHistory(migrations: readonly Migration[], rows: readonly HistoryRow[]): Comparison {
  const { matched, rest } = matchRows(
    migrations,
    [...rows].sort((a, b) => a.id - b.id),
  );
  matched.sort((a, b) => a.row.id - b.row.id);
  const recorded = new Set(matched.map(({ migration }) => migration));
  const lastApplied = matched.reduce((last, { migration }) => Math.max(last, migration.position), -1);
  const pending = migrations.filter((migration) => !recorded.has(migration));
  return {
    applied: matched.filter(({ migration, row }) => hasContent(migration, row.hash)),
    edited: matched.filter(({ migration, row }) => !hasContent(migration, row.hash)),
    pending,
    outOfOrder: pending.filter((migration) => migration.position < lastApplied),
    missingFile: rest.flatMap(({ row, repeats }) => (repeats ? [] : [row])),
    duplicate: rest.flatMap(({ row, repeats }) => (repeats ? [{ ...row, migration: repeats }] : [])),
  };
}
