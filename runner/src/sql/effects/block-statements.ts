import type { DoStmt } from 'libpg-query';
import { parseBlock } from '../parse';

export interface BlockStatements {
  /** The SQL statements of the block, whether or not its conditions let them run. */
  readonly statements: readonly string[];
  readonly unknown: readonly string[];
}

/** Finds the SQL in a DO block with PL/pgSQL's own parser; drizzle-kit wrapped foreign keys and enums like that. */
export async function blockStatements(text: string, { args }: DoStmt): Promise<BlockStatements> {
  const option = (name: string) => {
    for (const argument of args ?? []) {
      if (!('DefElem' in argument) || argument.DefElem.defname !== name) continue;
      const value = argument.DefElem.arg;
      return value && 'String' in value ? value.String.sval : undefined;
    }
    return undefined;
  };
  const language = option('language') ?? 'plpgsql';
  const block = language === 'plpgsql' ? await parseBlock(text) : undefined;
  if (block === undefined) return { statements: [], unknown: [`a DO block in ${language}`] };
  const statements: string[] = [];
  const unknown = new Set<string>();
  // The tree has a node type for each loop and branch; what matters has the same key in all of them.
  JSON.stringify(block, (key, value) => {
    if (key === 'PLpgSQL_stmt_dynexecute' || key === 'PLpgSQL_stmt_dynfors')
      unknown.add('EXECUTE in a DO block');
    if (key === 'PLpgSQL_stmt_execsql') statements.push(value.sqlstmt?.PLpgSQL_expr?.query ?? '');
    return value;
  });
  return { statements, unknown: [...unknown] };
}
