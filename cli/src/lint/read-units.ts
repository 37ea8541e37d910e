import type { Node } from 'libpg-query';
import type { Migration } from '../../../core/journal';
import { modeOf, planUnits, scriptProblems } from '../../../runner/src/migrate/plan-units';
import type { PlannedMigration, UnitMode } from '../../../runner/src/migrate/unit';
import { readDirective } from '../../../runner/src/sql/directive';
import { parseStatement } from '../../../runner/src/sql/parse';
import { type ClassifiedStatement, readStatements } from '../../../runner/src/sql/script-statements';
import { type StatementEffects, statementEffects } from '../../../runner/src/sql/statement-effects';

export interface LintedStatement extends ClassifiedStatement {
  readonly effects: StatementEffects;
  /** The parse tree; undefined for bulk data, which the parser never sees, and for what it refuses. */
  readonly node: Node | undefined;
}

/** A migration as the runner would run it. */
export interface LintedMigration {
  readonly migration: Migration;
  readonly mode: UnitMode;
  /** Those with the same number commit together. */
  readonly unit: number;
  readonly directive: PlannedMigration['directive'];
  readonly statements: readonly LintedStatement[];
  /** Why the runner refuses the file, each with its file and line. */
  readonly problems: readonly string[];
}

/** The parser needs some 80 bytes for each of a statement's. */
const LARGEST_PARSED = 200_000;
const BULK = /^(?:insert|copy)\b/i;

/**
 * Reads migrations and plans their units as the runner does.
 *
 * @param together whether all of them are applied in one run; else each is judged as if it came alone.
 */
export async function readUnits(
  migrations: readonly Migration[],
  together: boolean,
): Promise<LintedMigration[]> {
  const read: Omit<LintedMigration, 'unit'>[] = [];
  for (const migration of migrations) read.push(await readMigration(migration));
  const sound = read.filter(({ problems }) => problems.length === 0);
  const unitOf = new Map<string, number>();
  if (together) {
    const units = await planUnits(sound.map(({ migration }) => migration));
    for (const [unit, { migrations: members }] of units.entries()) {
      for (const { migration } of members) unitOf.set(migration.tag, unit);
    }
  }
  return read.map((each, index) => ({
    ...each,
    unit: unitOf.get(each.migration.tag) ?? migrations.length + index,
  }));
}

async function readMigration(migration: Migration): Promise<Omit<LintedMigration, 'unit'>> {
  const directive = readDirective(migration.sql);
  const statements: LintedStatement[] = [];
  for (const statement of await readStatements(migration.sql)) {
    const { text } = statement;
    const isBulk = text.length > LARGEST_PARSED || BULK.test(text);
    statements.push({
      ...statement,
      effects: await statementEffects(text),
      node: isBulk ? undefined : await parseStatement(text),
    });
  }
  const planned = { migration, statements, directive: directive.mode };
  const mode = modeOf(planned, false);
  const problems = [
    ...directive.problems.map((problem) => `${migration.file}, ${problem}`),
    ...scriptProblems(planned, mode),
  ];
  return { migration, mode, directive: directive.mode, statements, problems };
}
