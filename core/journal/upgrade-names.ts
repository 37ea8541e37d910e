import { compareHistory } from './compare-history';
import { wholeSecond } from './drizzle-names';
import type { HistoryRow, Migration } from './types';

export interface UpgradedNames {
  /** The name that each row gets, by its id. */
  readonly names: ReadonlyMap<number, string>;
  /** Rows of which the folder does not tell the name; drizzle-orm 1.0 then refuses to upgrade the table, and so do we. */
  readonly unmatched: readonly HistoryRow[];
}

/**
 * Gives the rows of an old history table the names that drizzle-orm 1.0 gives them when it upgrades the table: of the
 * only migration of that second, of the one with the same content where there are several, or of the last with the
 * same content where there is none.
 *
 * Drizzle can give two rows one name, and applies the other migration again after that. Here each of several
 * migrations that are alike in second and content gets a row, and a row that only shares its second with a
 * migration that another row records is unmatched.
 */
export function upgradeNames(migrations: readonly Migration[], rows: readonly HistoryRow[]): UpgradedNames {
  const inSecond = new Map<number, number>();
  const byHash = new Map<string, Migration>();
  for (const migration of migrations) {
    inSecond.set(migration.when, (inSecond.get(migration.when) ?? 0) + 1);
    for (const hash of [migration.hash, ...migration.equalHashes]) byHash.set(hash, migration);
  }
  const sharing = ({ createdAt }: HistoryRow) => inSecond.get(wholeSecond(createdAt ?? Number.NaN)) ?? 0;
  const { applied, edited, duplicate, missingFile } = compareHistory(migrations, rows);
  const names = new Map<number, string>();
  const unmatched: HistoryRow[] = [];
  const give = (row: HistoryRow, migration: Migration | undefined) => {
    if (migration) names.set(row.id, migration.name);
    else unmatched.push(row);
  };
  for (const { migration, row } of applied) give(row, migration);
  for (const { migration, row } of edited) give(row, sharing(row) > 1 ? undefined : migration);
  for (const row of duplicate) give(row, row.migration);
  for (const row of missingFile) give(row, sharing(row) > 0 ? undefined : byHash.get(row.hash));
  return { names, unmatched: unmatched.sort((a, b) => a.id - b.id) };
}
