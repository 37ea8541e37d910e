import { parseBlock, parseStatement } from '../../../../runner/src/sql/parse';
import { Scanner } from '../../../../runner/src/sql/scanner';
import { splitStatements } from '../../../../runner/src/sql/split-statements';
import { ANY_NAME, ANY_TEXT, isOpen, type VariableTypes, writtenOut } from './dynamic-sql';

export interface BlockQueries {
  /** Every query of the block, also what EXECUTE runs where it is written out; whether it runs, its conditions decide. */
  readonly queries: readonly string[];
  /** What may run anything, in words. */
  readonly unknown: readonly string[];
}

interface Expression {
  readonly query?: string;
  /** How the server reads it: as a statement (0), an expression (2), or an assignment (3 and above). */
  readonly parseMode?: number;
}

interface Found {
  readonly queries: string[];
  /** The expressions that make the text of an EXECUTE. */
  readonly executed: string[];
  readonly types: Map<string, string>;
}

/** Finds with PL/pgSQL's own parser what a DO block runs: statements, PERFORM, loops over queries, EXECUTE. */
export async function blockQueries(text: string): Promise<BlockQueries> {
  const block = await parseBlock(text);
  if (block === undefined) return { queries: [], unknown: ['a DO block that only the server understands'] };
  const { queries, executed, types } = look(block);
  const unknown = new Set<string>();
  for (const expression of executed) {
    const dynamic = await dynamicQueries(expression, types);
    queries.push(...dynamic.queries);
    for (const what of dynamic.unknown) unknown.add(what);
  }
  return { queries, unknown: [...unknown] };
}

function look(block: object): Found {
  const found: Found = { queries: [], executed: [], types: new Map() };
  // The tree has a node type for each kind of statement; what matters has the same keys in all of them.
  JSON.stringify(block, (key, value) => {
    if (key === 'PLpgSQL_stmt_dynexecute' || key === 'PLpgSQL_stmt_dynfors')
      found.executed.push(value.query?.PLpgSQL_expr?.query ?? '');
    else if (key === 'dynquery') found.executed.push(value.PLpgSQL_expr?.query ?? '');
    else if (key === 'PLpgSQL_expr') found.queries.push(asStatement(value));
    else if (key === 'PLpgSQL_var') {
      const { refname, datatype } = value;
      const type: string = datatype?.PLpgSQL_type?.typname ?? '';
      // A block inside can declare the same name once more.
      found.types.set(refname, (found.types.get(refname) ?? type) === type ? type : '');
    }
    return value;
  });
  return found;
}

/** An expression (a condition, the right side of an assignment) is the list of a SELECT for the server, too. */
function asStatement({ query = '', parseMode = 0 }: Expression): string {
  if (parseMode === 0) return query;
  return `SELECT ${parseMode === 2 ? query : assigned(query)}`;
}

/** What stands right of the sign: what is assigned to can be a field, or an element with an index of its own. */
function assigned(assignment: string): string {
  const scanner = new Scanner(assignment);
  let depth = 0;
  while (scanner.next()) {
    const token = scanner.token === 'other' ? assignment.slice(scanner.start, scanner.end) : '';
    if (token === '[' || token === '(') depth += 1;
    else if (token === ']' || token === ')') depth -= 1;
    else if (token === '=' && depth === 0) return assignment.slice(scanner.end);
  }
  return assignment;
}

async function dynamicQueries(expression: string, types: VariableTypes): Promise<BlockQueries> {
  const queries: string[] = [];
  const unknown: string[] = [];
  for (const { text } of splitStatements(await writtenOut(expression, types))) {
    const kind = isOpen(text) ? await kindOf(text) : 'read';
    if (kind === 'read') queries.push(text);
    else if (kind === 'unknown') unknown.push(told(text));
  }
  return { queries, unknown };
}

/** Where parts are open, a definition begins like this; the catalogs tell all of it. */
const DEFINES = /^(?:alter|comment|create|drop|grant|revoke|reindex|refresh|set|reset|lock|analyze)\b/i;
const CHANGES = /"(?:InsertStmt|UpdateStmt|DeleteStmt|MergeStmt)":/;
const CALLS_OPEN = new RegExp(`"funcname":\\[[^\\]]*${ANY_NAME}`);

/** A query may read from whatever table; what else is open can change rows of any. */
async function kindOf(text: string): Promise<'read' | 'definition' | 'unknown'> {
  if (DEFINES.test(text)) return 'definition';
  const node = text.includes(ANY_TEXT) ? undefined : await parseStatement(text);
  if (!node || !('SelectStmt' in node)) return 'unknown';
  const tree = JSON.stringify(node);
  return CHANGES.test(tree) || CALLS_OPEN.test(tree) ? 'unknown' : 'read';
}

function told(text: string): string {
  const words = text.split(/\s+/).slice(0, 3).join(' ');
  if (words.startsWith(ANY_TEXT) || words.startsWith(ANY_NAME)) return 'EXECUTE in a DO block';
  const shown = words.replaceAll(ANY_NAME, '%I').replaceAll(ANY_TEXT, '%s');
  return `EXECUTE of ${JSON.stringify(shown)} in a DO block`;
}
