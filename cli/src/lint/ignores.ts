import { Scanner } from '../../../runner/src/sql/scanner';
import type { LintFinding } from './finding';
import type { LintedMigration } from './read-units';

const COMMENT = /^(?:--|\/\*)\s*squawk-ignore(-file)?(?![-\w])([^*]*?)(?:\s--.*)?(?:\*\/)?$/s;

interface Ignored {
  /** Rules; none means all. */
  readonly rules: readonly string[];
  /** The line of the comment, from 1; undefined for the whole file. */
  readonly line: number | undefined;
}

/**
 * Leaves out what a comment of squawk's kind leaves out, also for the rules that squawk does not know: `-- squawk-ignore
 * RULE` in the line of the finding or in the one above, `-- squawk-ignore-file RULE` anywhere.
 */
export function withoutIgnored(
  findings: readonly LintFinding[],
  migrations: readonly LintedMigration[],
): LintFinding[] {
  const ignored = new Map(migrations.map(({ migration }) => [migration.path, ignoredIn(migration.sql)]));
  return findings.filter(({ rule, path, line = 1 }) => {
    const here = path === undefined ? [] : (ignored.get(path) ?? []);
    return !here.some(
      (each) =>
        (each.line === undefined || each.line === line || each.line === line - 1) &&
        (each.rules.includes(rule) || (each.rules.length === 0 && each.line === undefined)),
    );
  });
}

function ignoredIn(sql: string): Ignored[] {
  if (!sql.includes('squawk-ignore')) return [];
  const found: Ignored[] = [];
  const scanner = new Scanner(sql);
  let [line, counted] = [1, 0];
  while (scanner.next()) {
    if (scanner.token !== 'comment') continue;
    line += sql.slice(counted, scanner.start).split('\n').length - 1;
    counted = scanner.start;
    const match = COMMENT.exec(sql.slice(scanner.start, scanner.end).trim());
    if (!match) continue;
    const rules = (match[2] ?? '').split(',').flatMap((name) => name.trim() || []);
    found.push({ rules, line: match[1] === undefined ? line : undefined });
  }
  return found;
}
