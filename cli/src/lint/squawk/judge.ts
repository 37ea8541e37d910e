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
const SERIAL = /^(?:(?:small|big)?serial|serial[248])$/;

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
  // Our own rule tells it, and of which table.
  if (rule === 'adding-field-with-default') return statement.effects.rewrites.length > 0;
  if (rule === 'adding-required-field') {
    const added = addedColumnAt(statement, offset);
    // A serial column has a default; squawk does not look at the type.
    const isSerial = added?.type !== undefined && SERIAL.test(added.type.name);
    return isSerial || (added !== undefined && objects.isEmptied(added.relation));
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

/** The column that ADD COLUMN names first from there on. */
function addedColumnAt({ text, start, effects }: LintedStatement, offset: number) {
  const rest = text.slice(offset - start);
  return effects.tableChanges
    .flatMap((change) => (change.does === 'add column' ? [{ change, at: rest.indexOf(change.column) }] : []))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at)[0]?.change;
}

function toFinding({ violation, linted, offset }: Placed): LintFinding {
  const { rule_name: rule, message, help } = violation;
  return findingAt(linted.migration, offset, {
    ...{ rule, severity: 'warning', message: message.trim().replace(/\s+/g, ' ') },
    remedy: remedyOf(rule, help),
  });
}
