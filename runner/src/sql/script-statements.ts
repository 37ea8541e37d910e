import { classifyStatement, type StatementKind, VOCABULARY } from './classify-statement';
import { type Statement, splitStatements } from './split-statements';

/** A statement with its place in the script and how it behaves in a transaction. */
export interface ClassifiedStatement extends Statement {
  /** From 1, in its script. */
  readonly number: number;
  readonly kind: StatementKind;
}

/** Where the data behind a COPY … FROM STDIN ends, as psql reads it. */
const END_OF_DATA = /^\\\.\r?$/m;

/** Turns a script into numbered statements, cut at semicolons and at Drizzle's breakpoints as {@link splitStatements} does. */
export async function readStatements(sql: string, backslashes = false): Promise<ClassifiedStatement[]> {
  const statements: ClassifiedStatement[] = [];
  let dataEnd = 0;
  for (const statement of splitStatements(sql, VOCABULARY, backslashes)) {
    // What follows such a COPY is data and no SQL: it must not add problems of its own.
    if (statement.start < dataEnd) continue;
    const kind = await classifyStatement(statement);
    statements.push({ ...statement, number: statements.length + 1, kind });
    if (kind.kind === 'copy-from-stdin' && kind.what === 'COPY … FROM STDIN')
      dataEnd = endOfData(sql, statement.start);
  }
  return statements;
}

function endOfData(sql: string, from: number): number {
  const end = END_OF_DATA.exec(sql.slice(from));
  return end ? from + end.index + end[0].length : from;
}
