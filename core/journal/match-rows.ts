import { wholeSecond } from './drizzle-names';
import type { AppliedMigration, HistoryRow, Migration } from './types';

/** One way to tell which migration a row records: both sides give a key, and equal keys belong together. */
interface Rule {
  readonly ofMigration: (migration: Migration) => readonly string[];
  /** Undefined where the rule says nothing about the row. */
  readonly ofRow: (row: HistoryRow) => string | undefined;
  /** Where several migrations have the key, the last comes first. */
  readonly lastFirst?: true;
}

export interface Matches {
  readonly matched: AppliedMigration[];
  /** Rows that stand for no migration, and the one that they repeat, if there is one. */
  readonly rest: readonly { readonly row: HistoryRow; readonly repeats: Migration | undefined }[];
}

/**
 * Finds the migration of each row, the most certain rule first: its name, then time and content, then time alone (the
 * file was edited), then content alone (the time was changed). A hash does not identify a migration, two files can
 * have the same content; and a row with a name is never taken for a migration of another name that only shares its
 * time or only its content.
 */
export function matchRows(migrations: readonly Migration[], rows: readonly HistoryRow[]): Matches {
  const openMigrations = new Set(migrations);
  const openRows = new Set(rows);
  const matched: AppliedMigration[] = [];
  for (const rule of RULES[migrations[0]?.layout ?? '0.x']) {
    const byKey = keysOf(rule, openMigrations);
    for (const row of openRows) {
      const candidates = byKey.get(rule.ofRow(row) ?? '') ?? [];
      let migration = candidates.pop();
      while (migration && !openMigrations.has(migration)) migration = candidates.pop();
      if (!migration) continue;
      matched.push({ migration, row });
      openRows.delete(row);
      openMigrations.delete(migration);
    }
  }
  return { matched, rest: repeatsOf(matched, openRows) };
}

/** The migrations of each key, in reverse, so that `pop` gives them in the journal's order. */
function keysOf(rule: Rule, migrations: ReadonlySet<Migration>): Map<string, Migration[]> {
  const byKey = new Map<string, Migration[]>();
  for (const migration of rule.lastFirst ? migrations : [...migrations].reverse()) {
    for (const key of new Set(rule.ofMigration(migration))) {
      const same = byKey.get(key);
      if (same) same.push(migration);
      else byKey.set(key, [migration]);
    }
  }
  return byKey;
}

function repeatsOf(matched: readonly AppliedMigration[], rows: ReadonlySet<HistoryRow>): Matches['rest'] {
  const layout = matched[0]?.migration.layout ?? '0.x';
  const recorded = new Set(matched.map(({ migration }) => migration));
  const rules = [NAME, layout === '1.x' ? unnamed(SECOND_AND_CONTENT) : unnamed(TIME_AND_CONTENT)];
  const known = rules.map((rule) => ({ rule, byKey: keysOf(rule, recorded) }));
  return [...rows].map((row) => {
    const repeats = known.flatMap(({ rule, byKey }) => byKey.get(rule.ofRow(row) ?? '')?.at(-1) ?? []);
    return { row, repeats: repeats[0] };
  });
}

const hashesOf = ({ hash, equalHashes }: Migration) => [hash, ...equalHashes];
const secondOf = ({ createdAt }: HistoryRow) => (createdAt === null ? undefined : wholeSecond(createdAt));

const NAME_AND_CONTENT: Rule = {
  ofMigration: (migration) => hashesOf(migration).map((hash) => `${migration.name} ${hash}`),
  ofRow: ({ name, hash }) => (name === null ? undefined : `${name} ${hash}`),
};
const NAME: Rule = {
  ofMigration: ({ name }) => [name],
  ofRow: ({ name }) => name ?? undefined,
};
const TIME_AND_CONTENT: Rule = {
  ofMigration: (migration) => hashesOf(migration).map((hash) => `${migration.when} ${hash}`),
  ofRow: ({ createdAt, hash }) => `${createdAt} ${hash}`,
};
const TIME: Rule = {
  ofMigration: ({ when }) => [`${when}`],
  ofRow: ({ createdAt }) => `${createdAt}`,
};
/** The 1.x layout knows only whole seconds, and a history that 0.x began has milliseconds. */
const SECOND_AND_CONTENT: Rule = {
  ofMigration: (migration) => hashesOf(migration).map((hash) => `${wholeSecond(migration.when)} ${hash}`),
  ofRow: (row) => `${secondOf(row)} ${row.hash}`,
};
const SECOND: Rule = {
  ofMigration: ({ when }) => [`${wholeSecond(when)}`],
  ofRow: (row) => `${secondOf(row)}`,
};
const CONTENT: Rule = { ofMigration: hashesOf, ofRow: ({ hash }) => hash };
/** As drizzle-orm 1.0 does it when it upgrades an old history. */
const CONTENT_OF_LAST: Rule = { ...CONTENT, lastFirst: true };

function unnamed(rule: Rule): Rule {
  return { ...rule, ofRow: (row) => (row.name === null ? rule.ofRow(row) : undefined) };
}

const RULES: Readonly<Record<Migration['layout'], readonly Rule[]>> = {
  '0.x': [NAME_AND_CONTENT, NAME, TIME_AND_CONTENT, unnamed(TIME), SECOND_AND_CONTENT, unnamed(CONTENT)],
  '1.x': [NAME_AND_CONTENT, NAME, SECOND_AND_CONTENT, unnamed(SECOND), unnamed(CONTENT_OF_LAST)],
};
