import {
  type AppliedMigration,
  type Comparison,
  type HistoryRow,
  type Layout,
  type Migration,
  wholeSecond,
} from '../../../core/journal';
import type { StoredScript } from '../database/stored-scripts';

/** A migration that is applied, and which it is: known by its file, or by what was stored when it was applied. */
export interface RollbackMember {
  readonly tag: string;
  /** SHA-256 of the text that was applied. */
  readonly hash: string;
  /** Drizzle's timestamp in milliseconds. */
  readonly when: number;
  /** What the history says of it. */
  readonly row: HistoryRow;
  /** Absent where this folder has not its file; its script then comes from the database. */
  readonly migration?: Migration | undefined;
  /** The script that was stored when exactly this text was applied. */
  readonly stored?: StoredScript | undefined;
}

export interface AppliedMembers {
  /** In the order in which they were applied. */
  readonly known: readonly RollbackMember[];
  /** Rows of which nobody knows what would undo them: neither a file nor a stored script. */
  readonly unknown: readonly HistoryRow[];
}

/** Finds out which migration each row of the history is. No stored script is taken for two of them. */
export function findMembers(
  { applied, edited, missingFile, pending }: Comparison,
  stored: readonly StoredScript[],
): AppliedMembers {
  const entries = [...applied, ...edited];
  const free = new Set(stored);
  const take = (fits: (script: StoredScript) => boolean): StoredScript | undefined => {
    const found = [...free].find(fits);
    if (found) free.delete(found);
    return found;
  };
  const byTag = new Map(
    entries.map((entry) => [
      entry,
      take(({ migration, hash }) => migration === entry.migration.tag && hash === entry.row.hash),
    ]),
  );
  const isOf = (row: HistoryRow, { hash, when }: StoredScript) => hash === row.hash && when === row.createdAt;
  const tags = new Set([...entries.map(({ migration }) => migration.tag), ...pending.map(({ tag }) => tag)]);
  const filed = entries.map((entry) => {
    // `drizzle-kit up` gives migrations other names than those under which their scripts were stored.
    const renamed = () => take((script) => isOf(entry.row, script) && !tags.has(script.migration));
    return memberOf(entry, byTag.get(entry) ?? renamed());
  });
  const unfiled = missingFile.map((row) => ({ row, script: take((script) => isOf(row, script)) }));
  const known = [
    ...filed,
    ...unfiled.flatMap(({ row, script }) => (script ? [storedMember(row, script)] : [])),
  ];
  return {
    known: known.sort((a, b) => a.row.id - b.row.id),
    unknown: unfiled.flatMap(({ row, script }) => (script ? [] : [row])),
  };
}

function memberOf({ migration, row }: AppliedMigration, stored?: StoredScript): RollbackMember {
  return { tag: migration.tag, hash: row.hash, when: migration.when, row, migration, stored };
}

function storedMember(row: HistoryRow, stored: StoredScript): RollbackMember {
  return { tag: stored.migration, hash: row.hash, when: stored.when, row, stored };
}

/** What has a place in the journal's order: two files by their position, anything else by its time. */
type Place = Pick<RollbackMember, 'when' | 'migration'> & { readonly row: Pick<HistoryRow, 'id'> };

/** Whether one migration comes after another in the journal. */
export function isAfter(layout: Layout, one: Place, other: Place): boolean {
  if (one.migration && other.migration) return one.migration.position > other.migration.position;
  // The 1.x layout knows only whole seconds, and a history that 0.x began has milliseconds.
  const time = ({ when }: Place) => (layout === '1.x' ? wholeSecond(when) : when);
  return time(one) === time(other) ? one.row.id > other.row.id : time(one) > time(other);
}
