import type { Migration } from './types';

/** A row of Drizzle's history table. */
export interface HistoryRow {
  readonly id: number;
  readonly hash: string;
  readonly createdAt: number | null;
}

export interface AppliedMigration {
  readonly migration: Migration;
  readonly row: HistoryRow;
}

/** What files and history say of each other; every migration and every row stands in exactly one list. */
export interface Comparison {
  /** In the order in which they were applied (by history id). */
  readonly applied: readonly AppliedMigration[];
  /** In the journal's order; what is out of order is among them. */
  readonly pending: readonly Migration[];
  /** Pending, though a later one is applied: Drizzle's own migrator would skip them in silence. */
  readonly outOfOrder: readonly Migration[];
  /** Applied with another content than the file has now. */
  readonly edited: readonly AppliedMigration[];
  /** Rows for which there is no file: the database is ahead of this folder. */
  readonly missingFile: readonly HistoryRow[];
  /** Rows that repeat a migration which another row already records. */
  readonly duplicate: readonly HistoryRow[];
}

/**
 * Compares the files with the history, and only that: it reads nothing and decides nothing.
 *
 * Rows are matched by timestamp and hash first, then by timestamp alone (the file was edited), then by hash alone
 * (the timestamp was changed). A hash does not identify a migration: two files can have the same content.
 */
export function compareHistory(migrations: readonly Migration[], rows: readonly HistoryRow[]): Comparison {
  const openMigrations = new Set(migrations);
  const openRows = new Set([...rows].sort((a, b) => a.id - b.id));
  const matched: (AppliedMigration & { edited: boolean })[] = [];

  const match = (edited: boolean, same: (migration: Migration, row: HistoryRow) => boolean) => {
    for (const row of openRows) {
      for (const migration of openMigrations) {
        if (!same(migration, row)) continue;
        matched.push({ migration, row, edited });
        openRows.delete(row);
        openMigrations.delete(migration);
        break;
      }
    }
  };
  match(false, (migration, row) => migration.when === row.createdAt && hasHash(migration, row));
  match(true, (migration, row) => migration.when === row.createdAt);
  match(false, (migration, row) => hasHash(migration, row));

  const isDuplicate = (row: HistoryRow) =>
    matched.some(({ migration }) => migration.when === row.createdAt && hasHash(migration, row));
  const byId = (a: AppliedMigration, b: AppliedMigration) => a.row.id - b.row.id;
  const lastApplied = Math.max(-1, ...matched.map(({ migration }) => migration.position));
  const pending = migrations.filter((migration) => openMigrations.has(migration));
  const left = [...openRows];
  return {
    applied: matched.filter((entry) => !entry.edited).sort(byId),
    edited: matched.filter((entry) => entry.edited).sort(byId),
    pending,
    outOfOrder: pending.filter((migration) => migration.position < lastApplied),
    missingFile: left.filter((row) => !isDuplicate(row)),
    duplicate: left.filter(isDuplicate),
  };
}

function hasHash(migration: Migration, row: HistoryRow): boolean {
  return migration.hash === row.hash || migration.equalHashes.includes(row.hash);
}
