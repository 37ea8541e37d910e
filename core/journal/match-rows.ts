import { wholeSecond } from './drizzle-names';
import type { AppliedMigration, HistoryRow, Migration } from './types';

/** One way to tell which migration a row records: both sides give a key, and equal keys belong together. */
interface Rule {
  readonly ofMigration: (migration: Migration) => string;
  /** Undefined where the rule says nothing about the row. */
  readonly ofRow: (row: HistoryRow) => string | undefined;
  /** Whether the content must be the same as well. */
  readonly byContent?: true;
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
  return matchInOrder(migrations, rows) ?? matchByRules(migrations, rows);
}

/**
 * What the rules find nearly always, sooner: each row is that of the migration in its place, by all that it says. Where one
 * is not, nothing is matched here.
 */
function matchInOrder(migrations: readonly Migration[], rows: readonly HistoryRow[]): Matches | undefined {
  const matched: AppliedMigration[] = [];
  // Rows with a name come first by the rules, so that here all have one, or none has.
  const isNamed = rows[0]?.name !== null;
  for (const row of rows) {
    const migration = migrations[matched.length];
    if (!migration || row.hash !== migration.hash || row.createdAt !== migration.when) return undefined;
    if (row.name !== (isNamed ? migration.name : null)) return undefined;
    matched.push({ migration, row });
  }
  return { matched, rest: [] };
}

function matchByRules(migrations: readonly Migration[], rows: readonly HistoryRow[]): Matches {
  const openMigrations = new Set(migrations);
  const openRows = new Set(rows);
  const matched: AppliedMigration[] = [];
  for (const rule of RULES[migrations[0]?.layout ?? '0.x']) {
    if (openRows.size === 0) break;
    const candidates = new Candidates(rule, openMigrations);
    for (const row of openRows) {
      const migration = candidates.take(row);
      if (!migration) continue;
      matched.push({ migration, row });
      openRows.delete(row);
      openMigrations.delete(migration);
    }
  }
  return { matched, rest: repeatsOf(matched, openRows) };
}

/**
 * The migrations that a rule can give a row. Their other spellings are asked for, which means to read the file once more,
 * only where the rest of a rule fits and the content as it stands does not.
 */
class Candidates {
  private byKey: ReadonlyMap<string, Migration[]> | undefined;
  private readonly byContent = new Map<string, ReadonlyMap<string, Migration[]>>();
  private readonly taken = new Set<Migration>();

  constructor(
    private readonly rule: Rule,
    private readonly migrations: ReadonlySet<Migration>,
  ) {}

  /** The next that fits the row; no other row gets it. */
  take(row: HistoryRow): Migration | undefined {
    const fitting = this.fitting(row);
    let migration = fitting.pop();
    while (migration && this.taken.has(migration)) migration = fitting.pop();
    if (migration) this.taken.add(migration);
    return migration;
  }

  /** The first that fits the row. */
  first(row: HistoryRow): Migration | undefined {
    return this.fitting(row).at(-1);
  }

  private fitting(row: HistoryRow): Migration[] {
    const key = this.rule.ofRow(row);
    if (key === undefined) return [];
    this.byKey ??= this.keyed();
    const same = this.byKey.get(key);
    if (!same) return [];
    if (!this.rule.byContent) return same;
    const [only] = same;
    if (only && same.length === 1) return hasContent(only, row.hash) ? same : [];
    const contents = this.byContent.get(key) ?? byContentOf(same);
    this.byContent.set(key, contents);
    return contents.get(row.hash) ?? [];
  }

  /** Made for the first row that the rule says something about: in most histories no row has a name. */
  private keyed(): ReadonlyMap<string, Migration[]> {
    const { rule, migrations } = this;
    // In reverse, so that `pop` gives them in the journal's order.
    const ordered = rule.lastFirst ? [...migrations] : [...migrations].reverse();
    const groups = new Map<string, Migration[]>();
    for (const migration of ordered) addTo(groups, rule.ofMigration(migration), migration);
    return groups;
  }
}

function byContentOf(migrations: readonly Migration[]): Map<string, Migration[]> {
  const groups = new Map<string, Migration[]>();
  for (const migration of migrations) {
    const hashes = new Set([migration.hash, ...migration.equalHashes]);
    for (const hash of hashes) addTo(groups, hash, migration);
  }
  return groups;
}

function addTo(groups: Map<string, Migration[]>, key: string, migration: Migration): void {
  const same = groups.get(key);
  if (same) same.push(migration);
  else groups.set(key, [migration]);
}

function repeatsOf(matched: readonly AppliedMigration[], rows: ReadonlySet<HistoryRow>): Matches['rest'] {
  if (rows.size === 0) return [];
  const layout = matched[0]?.migration.layout ?? '0.x';
  const recorded = new Set(matched.map(({ migration }) => migration));
  const rules = [NAME, layout === '1.x' ? unnamed(SECOND_AND_CONTENT) : unnamed(TIME_AND_CONTENT)];
  const known = rules.map((rule) => new Candidates(rule, recorded));
  return [...rows].map((row) => {
    const repeats = known.flatMap((candidates) => candidates.first(row) ?? []);
    return { row, repeats: repeats[0] };
  });
}

/** Whether a row was written for this content, in whichever spelling. */
export function hasContent(migration: Migration, recorded: string): boolean {
  return migration.hash === recorded || migration.equalHashes.includes(recorded);
}

const secondOf = ({ createdAt }: HistoryRow) => (createdAt === null ? undefined : wholeSecond(createdAt));

const NAME: Rule = {
  ofMigration: ({ name }) => name,
  ofRow: ({ name }) => name ?? undefined,
};
const NAME_AND_CONTENT: Rule = { ...NAME, byContent: true };
const TIME: Rule = {
  ofMigration: ({ when }) => `${when}`,
  ofRow: ({ createdAt }) => `${createdAt}`,
};
const TIME_AND_CONTENT: Rule = { ...TIME, byContent: true };
/** The 1.x layout knows only whole seconds, and a history that 0.x began has milliseconds. */
const SECOND: Rule = {
  ofMigration: ({ when }) => `${wholeSecond(when)}`,
  ofRow: (row) => `${secondOf(row)}`,
};
const SECOND_AND_CONTENT: Rule = { ...SECOND, byContent: true };
const CONTENT: Rule = { ofMigration: () => '', ofRow: () => '', byContent: true };
/** As drizzle-orm 1.0 does it when it upgrades an old history. */
const CONTENT_OF_LAST: Rule = { ...CONTENT, lastFirst: true };

function unnamed(rule: Rule): Rule {
  return { ...rule, ofRow: (row) => (row.name === null ? rule.ofRow(row) : undefined) };
}

const RULES: Readonly<Record<Migration['layout'], readonly Rule[]>> = {
  '0.x': [NAME_AND_CONTENT, NAME, TIME_AND_CONTENT, unnamed(TIME), SECOND_AND_CONTENT, unnamed(CONTENT)],
  '1.x': [NAME_AND_CONTENT, NAME, SECOND_AND_CONTENT, unnamed(SECOND), unnamed(CONTENT_OF_LAST)],
};
