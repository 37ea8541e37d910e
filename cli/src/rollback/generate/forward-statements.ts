import { parseStatement } from '../../../../runner/src/sql/parse';
import { positionOf } from '../../../../runner/src/sql/position';
import { splitStatements } from '../../../../runner/src/sql/split-statements';
import { blockQueries } from './block-queries';

export type Node = NonNullable<Awaited<ReturnType<typeof parseStatement>>>;

/** A statement of a migration, also one in a DO block. */
export interface ForwardStatement {
  /** Line in the migration of the statement, or of the block in which it stands. */
  readonly line: number;
  readonly text: string;
  /** Undefined where there is too much of it for the parser, and for what only the server understands. */
  readonly node: Node | undefined;
  /** For what may run anything: what it is, in words. */
  readonly unknown?: string;
}

/** The parser needs some 80 bytes for each of a statement's; nothing but data is longer than this. */
const LARGEST_PARSED = 200_000;

/** Reads a migration with PostgreSQL's own parser. */
export async function forwardStatements(sql: string): Promise<ForwardStatement[]> {
  const statements: ForwardStatement[] = [];
  for (const { text, start } of splitStatements(sql)) {
    const { line } = positionOf(sql, start);
    statements.push(...(await flatten(text, line)));
  }
  return statements;
}

async function flatten(text: string, line: number): Promise<ForwardStatement[]> {
  if (text.length > LARGEST_PARSED) return [{ line, text, node: undefined }];
  const node = await parseStatement(text);
  if (!node || !('DoStmt' in node)) return [{ line, text, node }];
  const { queries, unknown } = await blockQueries(text);
  const inside = await Promise.all(queries.map((query) => flatten(query, line)));
  return [...inside.flat(), ...unknown.map((what) => ({ line, text, node: undefined, unknown: what }))];
}
