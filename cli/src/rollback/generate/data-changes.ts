import { type QualifiedName, relationName } from '../../../../runner/src/sql/node-values';
import type { ForwardStatement, Node } from './forward-statements';

type AlterTableStmt = Extract<Node, { AlterTableStmt: unknown }>['AlterTableStmt'];
type RangeVar = Parameters<typeof relationName>[0];

/** Something in a migration that changes rows, or may: what the catalogs can't tell and no diff can undo. */
export interface DataChange {
  /** INSERT, UPDATE and so on; for what may change rows, the words that say what it is. */
  readonly what: string;
  /** The table whose rows it changes, as the statement names it; undefined where that is not to be told. */
  readonly table: QualifiedName | undefined;
  /** The columns that it assigns; undefined where whole rows are concerned. */
  readonly columns: readonly string[] | undefined;
  /** Functions that it calls without being a change of rows itself: they may do anything. */
  readonly calls: readonly QualifiedName[];
  readonly line: number;
}

const PART = String.raw`("(?:[^"]|"")+"|[\w$\u0080-\uFFFF]+)`;
const HEAD = new RegExp(
  String.raw`^(insert\s+into|merge\s+into|update|delete\s+from|copy)\s+(?:only\s+)?${PART}(?:\s*\.\s*${PART})?`,
  'i',
);

type Found = Omit<DataChange, 'line'>;

/** Finds what a migration does to rows, also in WITH. */
export function findDataChanges(statements: readonly ForwardStatement[]): DataChange[] {
  return statements.flatMap(({ line, text, node, unknown }) => {
    const found = unknown ? [maybe(unknown)] : node ? changesOf(node) : byHead(text);
    return found.map((change) => ({ ...change, line }));
  });
}

function byHead(text: string): Found[] {
  const [, verb = '', first, second] = HEAD.exec(text.slice(0, 1000)) ?? [];
  // What is no SQL was refused by the server, and nothing but data is too long for the parser.
  if (first === undefined)
    return /^\w/.test(text) ? [maybe('a statement that the parser does not read')] : [];
  const name = unquote(second ?? first);
  const schema = second === undefined ? undefined : unquote(first);
  const what = (verb.split(/\s/)[0] ?? '').toUpperCase();
  return [{ what, table: { schema, name }, columns: undefined, calls: [] }];
}

function unquote(part: string): string {
  return part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part.toLowerCase();
}

function maybe(what: string): Found {
  return { what, table: undefined, columns: undefined, calls: [] };
}

function change(what: string, relation: RangeVar | undefined, columns?: readonly string[]): Found {
  return { what, table: relation && relationName(relation), columns, calls: [] };
}

function changesOf(node: Node): Found[] {
  if ('TruncateStmt' in node) {
    return (node.TruncateStmt.relations ?? []).flatMap((relation) =>
      'RangeVar' in relation ? [change('TRUNCATE', relation.RangeVar)] : [],
    );
  }
  if ('CopyStmt' in node) return node.CopyStmt.is_from ? [change('COPY', node.CopyStmt.relation)] : [];
  if ('CallStmt' in node) return [maybe('CALL of a procedure')];
  if ('AlterTableStmt' in node) return computedTypes(node.AlterTableStmt);
  const found: Found[] = [];
  collect(node, found);
  if ('SelectStmt' in node) {
    const calls = callsIn(node);
    if (calls.length > 0) found.push({ what: 'SELECT', table: undefined, columns: undefined, calls });
  }
  return found;
}

/** A change of type that computes the values anew; a mere cast is undone by one. */
function computedTypes({ relation, cmds = [] }: AlterTableStmt): Found[] {
  return cmds.flatMap((command) => {
    if (!('AlterTableCmd' in command) || command.AlterTableCmd.subtype !== 'AT_AlterColumnType') return [];
    const { name = '', def } = command.AlterTableCmd;
    const using = def && 'ColumnDef' in def ? def.ColumnDef.raw_default : undefined;
    return using && !isCastOf(name, using) ? [change('TYPE … USING an expression', relation, [name])] : [];
  });
}

function isCastOf(column: string, node: Node | undefined): boolean {
  if (node && 'TypeCast' in node) return isCastOf(column, node.TypeCast.arg);
  const last = node && 'ColumnRef' in node ? node.ColumnRef.fields?.at(-1) : undefined;
  return last !== undefined && 'String' in last && last.String.sval === column;
}

/** Statements that change rows stand at the top or in WITH, at any depth; the tree has the same keys everywhere. */
function collect(tree: unknown, found: Found[]): void {
  if (typeof tree !== 'object' || tree === null) return;
  const node = tree as Node;
  // What a function or a rule will do is done when it is called.
  if ('CreateFunctionStmt' in node || 'ViewStmt' in node || 'RuleStmt' in node) return;
  if ('InsertStmt' in node) {
    const { relation, onConflictClause } = node.InsertStmt;
    const upserts = onConflictClause?.action === 'ONCONFLICT_UPDATE';
    found.push(change(upserts ? 'INSERT … ON CONFLICT DO UPDATE' : 'INSERT', relation));
  } else if ('UpdateStmt' in node) {
    const { relation, targetList = [] } = node.UpdateStmt;
    const columns = targetList.flatMap((target) =>
      'ResTarget' in target ? [target.ResTarget.name ?? ''] : [],
    );
    found.push(change('UPDATE', relation, columns));
  } else if ('DeleteStmt' in node) found.push(change('DELETE', node.DeleteStmt.relation));
  else if ('MergeStmt' in node) found.push(change('MERGE', node.MergeStmt.relation));
  for (const value of Object.values(tree)) collect(value, found);
}

function callsIn(tree: unknown): QualifiedName[] {
  if (typeof tree !== 'object' || tree === null) return [];
  const here: QualifiedName[] = [];
  if ('FuncCall' in tree) {
    const { funcname = [] } = (tree as Extract<Node, { FuncCall: unknown }>).FuncCall;
    const parts = funcname.flatMap((part) => ('String' in part ? [part.String.sval ?? ''] : []));
    here.push({ schema: parts.at(-2), name: parts.at(-1) ?? '' });
  }
  return [...here, ...Object.values(tree).flatMap(callsIn)];
}
