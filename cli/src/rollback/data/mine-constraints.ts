import { parseBlock, parseStatement } from '../../../../runner/src/sql/parse';

/** What the conditions of a table say about the values of one of its columns. */
export interface Hints {
  readonly constants: Set<string>;
  readonly patterns: Set<string>;
  readonly likes: Set<string>;
  /** Lengths of text, or numbers of elements. */
  readonly lengths: Set<number>;
  /** Keys of a JSON document. */
  readonly keys: Set<string>;
}

export function noHints(): Hints {
  return { constants: new Set(), patterns: new Set(), likes: new Set(), lengths: new Set(), keys: new Set() };
}

export type HintsByColumn = Map<string, Hints>;

type Tree = Record<string, unknown>;

const LENGTHS =
  /^(?:char_length|character_length|length|octet_length|bit_length|cardinality|array_length|jsonb?_array_length)$/;
const JSON_OPERATORS = /^(?:->>?|#>>?|\?[|&]?|@>)$/;

/** The names of the columns in an expression; undefined when PostgreSQL's parser does not understand it. */
export async function columnsOf(expression: string): Promise<string[] | undefined> {
  const tree = await parseStatement(`select ${expression}`);
  return tree && [...new Set(namesIn(tree))];
}

/** Adds to the hints what an expression compares each column with. */
export async function mineExpression(expression: string, hints: HintsByColumn): Promise<void> {
  const tree = await parseStatement(`select ${expression}`);
  if (tree) visit(tree as unknown as Tree, hints);
}

/** Adds what the body of a trigger's function, in PL/pgSQL, compares the columns of the new row with. */
export async function mineFunction(definition: string, hints: HintsByColumn): Promise<void> {
  const tree = await parseBlock(definition);
  for (const { query, parseMode } of nodesOf(tree, 'PLpgSQL_expr')) {
    if (parseMode === EXPRESSION && typeof query === 'string') await mineExpression(query, hints);
  }
}

/** How PL/pgSQL's parser marks an expression, not a statement or an assignment. */
const EXPRESSION = 2;

function visit(node: unknown, hints: HintsByColumn): void {
  if (Array.isArray(node)) {
    for (const item of node) visit(item, hints);
    return;
  }
  if (typeof node !== 'object' || node === null) return;
  const tree = node as Tree;
  if ('A_Expr' in tree) mineOperator(tree.A_Expr as Tree, hints);
  if ('FuncCall' in tree) mineCall(tree.FuncCall as Tree, hints);
  if ('CaseExpr' in tree) mineCase(tree.CaseExpr as Tree, hints);
  if ('TypeCast' in tree) mineCast(tree.TypeCast as Tree, hints);
  for (const value of Object.values(tree)) visit(value, hints);
}

function mineOperator(expression: Tree, hints: HintsByColumn): void {
  const operator = stringsIn(expression.name).at(-1) ?? '';
  const constants = constantsIn(expression);
  for (const name of namesIn(expression)) {
    const column = hintsOf(hints, name);
    if (/^!?~\*?$/.test(operator)) addAll(column.patterns, constantsIn(expression.rexpr));
    else if (/^~~\*?$/.test(operator)) addAll(column.likes, constantsIn(expression.rexpr));
    else if (JSON_OPERATORS.test(operator)) addAll(column.keys, constants);
    else if (callsIn(expression).some((call) => LENGTHS.test(call)))
      addAll(column.lengths, lengthsOf(constants));
    else if (!/^!~/.test(operator)) addAll(column.constants, constants);
  }
}

function mineCall(call: Tree, hints: HintsByColumn): void {
  const name = stringsIn(call.funcname).at(-1) ?? '';
  for (const column of namesIn(call.args)) {
    const found = hintsOf(hints, column);
    addAll(found.constants, constantsIn(call.args));
    if (name.startsWith('regexp_')) addAll(found.patterns, constantsIn(call.args));
    if (name.startsWith('json')) addAll(found.keys, constantsIn(call.args).flatMap(keysOfPath));
  }
}

function mineCase(expression: Tree, hints: HintsByColumn): void {
  const whens = expression.args as { CaseWhen?: { expr?: unknown } }[];
  for (const name of namesIn(expression.arg)) {
    for (const when of whens) addAll(hintsOf(hints, name).constants, constantsIn(when.CaseWhen?.expr));
  }
}

/** What the type of a cast accepts: a text that is read as a number, for example. */
const CASTS: Record<string, string[]> = {
  numeric: ['1', '10'],
  int2: ['1', '10'],
  int4: ['1', '10'],
  int8: ['1', '10'],
  float8: ['1', '0.5'],
  bool: ['true', 'false'],
  date: ['2024-01-01', '2024-01-02'],
  timestamp: ['2024-01-01 00:00:00', '2024-01-02 00:00:00'],
  timestamptz: ['2024-01-01 00:00:00+00', '2024-01-02 00:00:00+00'],
  uuid: ['00000001-0000-4000-8000-000000000001'],
  inet: ['10.0.0.1'],
  json: ['{}', '[]'],
  jsonb: ['{}', '[]'],
};

function mineCast(cast: Tree, hints: HintsByColumn): void {
  const type = stringsIn((cast.typeName as Tree).names).at(-1) ?? '';
  for (const column of namesIn(cast.arg)) addAll(hintsOf(hints, column).constants, CASTS[type] ?? []);
}

/** The members that a path of SQL/JSON names, or the one key that the constant is. */
function keysOfPath(constant: string): string[] {
  const members = [...constant.matchAll(/\.\s*(?:"([^"]+)"|([A-Za-z_]\w*))(?!\w|\s*\()/g)];
  return constant.startsWith('$') ? members.map((found) => found[1] ?? found[2] ?? '') : [constant];
}

function hintsOf(hints: HintsByColumn, column: string): Hints {
  const found = hints.get(column) ?? noHints();
  hints.set(column, found);
  return found;
}

function addAll<T>(set: Set<T>, values: readonly T[]): void {
  for (const value of values) set.add(value);
}

const LONGEST = 100_000;

function lengthsOf(constants: readonly string[]): number[] {
  return constants
    .map(Number)
    .filter(Number.isInteger)
    .flatMap((length) => [length, length - 1, length + 1])
    .filter((length) => length >= 0 && length <= LONGEST);
}

/** Every node of one kind below, as the parser names the kind. */
function nodesOf(node: unknown, kind: string): Tree[] {
  if (Array.isArray(node)) return node.flatMap((item) => nodesOf(item, kind));
  if (typeof node !== 'object' || node === null) return [];
  const tree = node as Tree;
  const own = kind in tree && typeof tree[kind] === 'object' ? [tree[kind] as Tree] : [];
  return [...own, ...Object.values(tree).flatMap((value) => nodesOf(value, kind))];
}

function stringsIn(node: unknown): string[] {
  return nodesOf(node, 'String').map((value) => String(value.sval ?? ''));
}

function namesIn(node: unknown): string[] {
  return nodesOf(node, 'ColumnRef').flatMap(({ fields }) => stringsIn(fields).slice(-1));
}

function callsIn(node: unknown): string[] {
  return nodesOf(node, 'FuncCall').flatMap(({ funcname }) => stringsIn(funcname).slice(-1));
}

/** The parser leaves out a value that is zero, false or empty. */
function constantsIn(node: unknown): string[] {
  return nodesOf(node, 'A_Const').flatMap((constant) => {
    const { ival, fval, sval, boolval } = constant as Record<string, Tree | undefined>;
    if (ival) return [String(ival.ival ?? 0)];
    if (fval) return [String(fval.fval ?? 0)];
    if (boolval) return [String(boolval.boolval ?? false)];
    return sval ? [String(sval.sval ?? '')] : [];
  });
}
