import { Scanner } from '../../../../runner/src/sql/scanner';
import { splitStatements } from '../../../../runner/src/sql/split-statements';

const DESTRUCTIVE = /^--[ \t]*DESTRUCTIVE:/;

/** The statements that a comment `-- DESTRUCTIVE: …` before them declares to be so. */
export function destructiveStatements(sql: string): string[] {
  const statements = splitStatements(sql);
  const marked = commentsOf(sql)
    .filter(({ text }) => DESTRUCTIVE.test(text))
    .flatMap(
      ({ start }) => statements.find((statement) => statement.start + statement.text.length > start) ?? [],
    );
  return [...new Set(marked)].map(({ text }) => text);
}

function commentsOf(sql: string): { readonly text: string; readonly start: number }[] {
  const found = [];
  const scanner = new Scanner(sql);
  while (scanner.next()) {
    const { token, start, end } = scanner;
    if (token === 'comment') found.push({ text: sql.slice(start, end), start });
  }
  return found;
}
