import type { Journal } from '../../../../core/journal';
import type { LintFinding } from '../finding';
import { NewObjects } from '../new-objects';
import { findingAt } from '../place';
import type { LintedMigration, LintedStatement } from '../read-units';
import { leavesRows } from './declared-types';
import type { Placed } from './read-violations';
import { NOT_NEEDED, OPINIONS, remedyOf } from './rules';

/** squawk names these in the statement that adds a constraint, which a more precise rule names as well. */
const PRECISER = [
  'adding-foreign-key-constraint',
  'disallowed-unique-constraint',
  'adding-serial-primary-key-field',
];
const SERIAL = /\b(?:small|big)?serial[248]?\b/i;

export interface JudgeOptions {
  readonly journal: Journal;
  /** Whether rules about taste count: those of a project that has settings of squawk, which can leave them out. */
  readonly withOpinions: boolean;
  /** Opinions that count in any case. */
  readonly included: ReadonlySet<string>;
  /** Whether all of the migrations are applied in one run. */
  readonly together: boolean;
}

/** Makes findings of squawk's violations, without those that are none when the runner runs the file. */
export async function judgeViolations(
  placed: readonly Placed[],
  migrations: readonly LintedMigration[],
  options: JudgeOptions,
): Promise<LintFinding[]> {
  const findings: LintFinding[] = [];
  let objects = new NewObjects();
  for (const linted of migrations) {
    if (!options.together) objects = new NewObjects();
    const here = placed.filter((each) => each.linted === linted && isAsked(each, options));
    const outside = here.filter(({ statement }) => statement === undefined);
    findings.push(...outside.map(toFinding));
    for (const statement of linted.statements) {
      const ofStatement = here.filter((each) => each.statement === statement);
      for (const each of ofStatement) {
        if (!(await isNone(each, statement, ofStatement, objects, options.journal))) {
          findings.push(toFinding(each));
        }
      }
      objects.follow(statement);
    }
  }
  return findings;
}

function isAsked(
  { violation: { rule_name: rule } }: Placed,
  { withOpinions, included }: JudgeOptions,
): boolean {
  if (rule in NOT_NEEDED) return false;
  return !OPINIONS.has(rule) || withOpinions || included.has(rule);
}

async function isNone(
  { violation, linted, offset }: Placed,
  statement: LintedStatement,
  ofStatement: readonly Placed[],
  objects: NewObjects,
  journal: Journal,
): Promise<boolean> {
  const { rule_name: rule } = violation;
  if (OPINIONS.has(rule) || rule === 'unused-ignore') return false;
  if (objects.areTargetsOf(statement)) return true;
  const { tableChanges } = statement.effects;
  if (rule === 'constraint-missing-not-valid') {
    return ofStatement.some((other) => PRECISER.includes(other.violation.rule_name));
  }
  if (rule === 'adding-required-field') {
    // A serial column has a default; squawk does not look at the type.
    const isSerial = SERIAL.test(statement.text.slice(offset - statement.start).split(',')[0] ?? '');
    const [table] = tableChanges;
    return isSerial || (table !== undefined && objects.isEmptied(table.relation));
  }
  if (rule === 'ban-drop-column') {
    const dropped = tableChanges.filter(({ does }) => does === 'drop column');
    return dropped.every(
      (change) => change.does === 'drop column' && objects.isNewColumn(change.relation, change.column),
    );
  }
  if (rule !== 'changing-column-type') return false;
  for (const change of tableChanges) {
    if (change.does !== 'change type') continue;
    if (objects.isNewColumn(change.relation, change.column)) continue;
    if (!(await leavesRows(journal, linted.migration, change))) return false;
  }
  return true;
}

function toFinding({ violation, linted, offset }: Placed): LintFinding {
  const { rule_name: rule, message, help } = violation;
  return findingAt(linted.migration, offset, {
    ...{ rule, severity: 'warning', message: message.trim().replace(/\s+/g, ' ') },
    remedy: remedyOf(rule, help),
  });
}
