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
  for (const { when } of migrations) inSecond.set(when, (inSecond.get(when) ?? 0) + 1);
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
  const isAlone = (row: HistoryRow) => sharing(row) === 0;
  const byHash = missingFile.some(isAlone) ? lastByHash(migrations) : new Map<string, Migration>();
  for (const row of missingFile) give(row, isAlone(row) ? byHash.get(row.hash) : undefined);
  return { names, unmatched: unmatched.sort((a, b) => a.id - b.id) };
}

/** Which is the last of each content. It reads every file once more. */
function lastByHash(migrations: readonly Migration[]): Map<string, Migration> {
  return new Map(
    migrations.flatMap((migration) =>
      [migration.hash, ...migration.equalHashes].map((hash) => [hash, migration] as const),
    ),
  );
}
