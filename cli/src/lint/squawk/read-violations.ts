import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Scanner } from '../../../../runner/src/sql/scanner';
import { makeTemporaryFolder } from '../../server/temporary-folder';
import type { LintedMigration, LintedStatement } from '../read-units';
import { runSquawk, type SquawkRun, type Violation } from './run-squawk';

/** A violation at the statement that it is about. */
export interface Placed {
  readonly violation: Violation;
  readonly linted: LintedMigration;
  /** In the file. */
  readonly offset: number;
  /** Undefined for what stands between statements. */
  readonly statement: LintedStatement | undefined;
}

export interface SquawkResult {
  readonly placed: readonly Placed[];
  /** Statements that squawk's own parser can't read, though PostgreSQL's can. */
  readonly unread: readonly { readonly linted: LintedMigration; readonly statement: LintedStatement }[];
}

const SYNTAX = 'syntax-error';
/** How often a file is tried again without what squawk can't read. */
const TRIES = 12;

/**
 * Runs squawk on migrations, each as the runner would run it: in a transaction, or not. squawk looks at nothing in a file
 * of which it can't read one statement, so it is given such a file again without that statement.
 */
export async function readViolations(
  run: SquawkRun,
  migrations: readonly LintedMigration[],
): Promise<SquawkResult> {
  const placed: Placed[] = [];
  let unread: SquawkResult['unread'] = [];
  for (const linted of await violationsOf(run, migrations)) {
    const refused = new Set<LintedStatement>();
    let violations = linted.violations;
    for (let tries = 0; tries < TRIES; tries++) {
      const faults = violations.filter(({ rule_name }) => rule_name === SYNTAX);
      if (faults.length === 0) break;
      // At first, only what ends its statements is made plain.
      const isEnded = tries > 0 || unendedBreakpoints(linted.migration.migration.sql).length === 0;
      // Its parser is lost behind the first, and finds faults in what is sound.
      const first = isEnded
        ? place(linted.migration, faults).find(({ statement }) => statement && !refused.has(statement))
        : undefined;
      if (isEnded && !first) break;
      if (first?.statement) refused.add(first.statement);
      violations = await withoutStatements(run, linted.migration, refused);
    }
    placed.push(
      ...place(
        linted.migration,
        violations.filter(({ rule_name }) => rule_name !== SYNTAX),
      ),
    );
    unread = [...unread, ...[...refused].map((statement) => ({ linted: linted.migration, statement }))];
  }
  return { placed, unread };
}

interface Found {
  readonly migration: LintedMigration;
  readonly violations: readonly Violation[];
}

async function violationsOf(run: SquawkRun, migrations: readonly LintedMigration[]): Promise<Found[]> {
  const byPath = new Map<string, Violation[]>();
  for (const inTransaction of [true, false]) {
    const paths = migrations
      .filter((linted) => beginsInTransaction(linted) === inTransaction)
      .map(({ migration }) => migration.path);
    for (const violation of await runSquawk(run, paths, inTransaction)) {
      byPath.set(violation.file, [...(byPath.get(violation.file) ?? []), violation]);
    }
  }
  return migrations.map((migration) => ({
    migration,
    violations: byPath.get(migration.migration.path) ?? [],
  }));
}

/** A file that begins and commits by itself is begun inside a transaction too, as Drizzle does it. */
function beginsInTransaction({ mode, directive }: LintedMigration): boolean {
  return mode === 'own-transaction' ? directive !== 'no-transaction' : mode === 'transactional';
}

/** The file with blanks where the statements stood, so that every place stays what it is. */
async function withoutStatements(
  run: SquawkRun,
  linted: LintedMigration,
  refused: ReadonlySet<LintedStatement>,
): Promise<readonly Violation[]> {
  let text = linted.migration.sql;
  // A breakpoint ends a statement; for squawk it is a comment, so one without a semicolon would go on behind it.
  for (const offset of unendedBreakpoints(text)) {
    text = `${text.slice(0, offset)};-- ${text.slice(offset + 4)}`;
  }
  // From the end, so that the places before stay where they are.
  for (const { start, text: statement } of [...refused].sort((a, b) => b.start - a.start)) {
    text = text.slice(0, start) + blank(statement) + text.slice(start + statement.length);
  }
  const folder = makeTemporaryFolder('drizzle-gate-lint-');
  try {
    const path = join(folder.path, 'migration.sql');
    writeFileSync(path, text);
    return await runSquawk(run, [path], beginsInTransaction(linted));
  } finally {
    folder.remove();
  }
}

function unendedBreakpoints(sql: string): number[] {
  const found: number[] = [];
  const scanner = new Scanner(sql);
  let last = ';';
  while (scanner.next()) {
    const { token, start, end } = scanner;
    if (token === 'space' || token === 'comment') continue;
    if (token === 'breakpoint' && last !== ';') found.push(start);
    last = token === 'breakpoint' ? ';' : sql.slice(start, end);
  }
  return found;
}

/** As many bytes, because squawk counts columns in bytes. */
function blank(text: string): string {
  return text.replace(/[^\r\n]/gu, (character) => ' '.repeat(Buffer.byteLength(character)));
}

function place(linted: LintedMigration, violations: readonly Violation[]): Placed[] {
  const lines = linted.migration.sql.split('\n');
  const starts: number[] = [];
  let at = 0;
  for (const line of lines) {
    starts.push(at);
    at += line.length + 1;
  }
  return violations.map((violation) => {
    const line = Buffer.from(lines[violation.line] ?? '');
    const offset = (starts[violation.line] ?? at) + line.subarray(0, violation.column).toString().length;
    const statement = linted.statements.findLast(({ start }) => start <= offset);
    return { violation, linted, offset, statement };
  });
}
