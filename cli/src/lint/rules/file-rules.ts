import { syntaxProblem } from '../../../../runner/src/sql/parse';
import { offsetOfCharacter } from '../../../../runner/src/sql/position';
import type { LintFinding } from '../finding';
import { findingAt } from '../place';
import type { LintedMigration } from '../read-units';

const CONFLICT = /^(?:<{7}|>{7}|={7})(?: .*)?\r?$/gm;
/** What `drizzle-kit generate --custom` writes. */
const PLACEHOLDER = /^\uFEFF?-- Custom SQL migration file, put your code below! --/;
const BREAKPOINT = '--> statement-breakpoint';

/** What is wrong with a file whatever its statements mean. */
export async function fileFindings(linted: LintedMigration): Promise<LintFinding[]> {
  const conflict = mergeConflict(linted);
  if (conflict) return [conflict];
  return [
    ...linted.problems.map((problem) => refused(linted, problem)),
    ...(await syntaxErrors(linted)),
    ...emptyFile(linted),
    ...brokenBodies(linted),
  ];
}

/** All three marks, in their order: one alone can be a line of a text. */
function mergeConflict({ migration }: LintedMigration): LintFinding | undefined {
  const marks = [...migration.sql.matchAll(CONFLICT)];
  const order = marks.map(([mark]) => mark[0]).join('');
  if (!/<=+>/.test(order)) return undefined;
  const first = marks.find(([mark]) => mark[0] === '<');
  return findingAt(migration, first?.index ?? 0, {
    ...{ rule: 'merge-conflict', severity: 'error', message: 'a merge conflict is not resolved' },
    remedy: 'keep one of the sides, or better both as two migrations',
  });
}

/** A problem of the runner begins with the file, and mostly with the line. */
function refused({ migration }: LintedMigration, problem: string): LintFinding {
  const [, line, text] = /, line (\d+): ([\s\S]*)$/.exec(problem) ?? [];
  const at = line === undefined ? 0 : offsetOfLine(migration.sql, Number(line));
  const told = text ?? problem.replace(`${migration.file}: `, '');
  const [message = told, ...remedy] = told.split('; ');
  return findingAt(migration, at, {
    ...{ rule: 'refused', severity: 'error', message: `the runner refuses the file: ${message}` },
    remedy: remedy.length > 0 ? remedy.join('; ') : undefined,
  });
}

function offsetOfLine(text: string, line: number): number {
  let offset = 0;
  for (let at = 1; at < line; at++) offset = text.indexOf('\n', offset) + 1;
  return offset;
}

async function syntaxErrors({ migration, statements }: LintedMigration): Promise<LintFinding[]> {
  const findings: LintFinding[] = [];
  for (const { text, start, effects, kind } of statements) {
    if (!effects.isUnread || kind.kind === 'psql-command') continue;
    const problem = await syntaxProblem(text);
    if (!problem) continue;
    findings.push(
      findingAt(migration, start + offsetOfCharacter(text, problem.character), {
        ...{
          rule: 'syntax-error',
          severity: 'error',
          message: `PostgreSQL can't read this: ${problem.message}`,
        },
        remedy: 'correct the statement; the parser is that of PostgreSQL 18',
      }),
    );
  }
  return findings;
}

/** One that says why it is empty is meant. */
function emptyFile({ migration, statements }: LintedMigration): LintFinding[] {
  if (statements.length > 0 || migration.sql.replace(PLACEHOLDER, '').trim() !== '') return [];
  return [
    findingAt(migration, 0, {
      ...{ rule: 'empty-migration', severity: 'warning', message: 'the migration has no statement' },
      remedy: 'write what it should do, or remove file and journal entry before they are applied anywhere',
    }),
  ];
}

/** Drizzle's own migrator cuts wherever the mark stands, the runner only between statements. */
function brokenBodies({ migration, statements }: LintedMigration): LintFinding[] {
  return statements.flatMap(({ text, start }) => {
    const at = text.indexOf(BREAKPOINT);
    if (at < 0) return [];
    return [
      findingAt(migration, start + at, {
        ...{ rule: 'breakpoint-in-statement', severity: 'warning' },
        message: "the mark stands inside a statement, where Drizzle's own migrator cuts it in two",
        remedy: 'move the mark behind the end of the statement',
      }),
    ];
  });
}
