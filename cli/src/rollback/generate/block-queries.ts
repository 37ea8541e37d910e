import { parseBlock } from '../../../../runner/src/sql/parse';

export interface BlockQueries {
  /** Every query of the block, also what EXECUTE runs where it is written out; whether it runs, its conditions decide. */
  readonly queries: readonly string[];
  /** What may run anything, in words. */
  readonly unknown: readonly string[];
}

/** What EXECUTE runs is a definition when it begins like this; the catalogs tell all of it. */
const DEFINES = /^\s*(?:alter|comment|create|drop|grant|revoke|reindex|refresh)\b/i;
const LITERAL = /^\s*(?:format\s*\(\s*)?(?:'((?:[^']|'')*)'|\$(\w*)\$([\s\S]*?)\$\2\$)/i;

/** Finds with PL/pgSQL's own parser what a DO block runs: statements, PERFORM, loops over queries, EXECUTE. */
export async function blockQueries(text: string): Promise<BlockQueries> {
  const block = await parseBlock(text);
  if (block === undefined) return { queries: [], unknown: ['a DO block that only the server understands'] };
  const queries: string[] = [];
  const unknown = new Set<string>();
  // The tree has a node type for each kind of statement; the queries have the same key in all of them.
  JSON.stringify(block, (key, value) => {
    if (key === 'PLpgSQL_stmt_dynexecute' || key === 'PLpgSQL_stmt_dynfors') {
      const written = writtenOut(value.query?.PLpgSQL_expr?.query ?? '');
      if (written === undefined) unknown.add('EXECUTE in a DO block');
      else if (!DEFINES.test(written))
        unknown.add(`EXECUTE of ${JSON.stringify(firstWords(written))} in a DO block`);
    } else if (key === 'PLpgSQL_expr' && typeof value.query === 'string')
      queries.push(asStatement(value.query));
    return value;
  });
  return { queries, unknown: [...unknown] };
}

function writtenOut(expression: string): string | undefined {
  const [, plain, , dollar] = LITERAL.exec(expression) ?? [];
  return plain?.replaceAll("''", "'") ?? dollar;
}

function firstWords(text: string): string {
  return text.trim().split(/\s+/).slice(0, 3).join(' ');
}

/** An expression (a condition, the right side of an assignment) is the list of a SELECT for the server, too. */
function asStatement(query: string): string {
  const assigned = query.replace(/^\s*[\w."]+\s*:=\s*/, '');
  return /^\s*(?:\(|select|with|insert|update|delete|merge|values|table|truncate|copy|call|create|alter|drop|do)\b/i.test(
    assigned,
  )
    ? assigned
    : `SELECT ${assigned}`;
}
