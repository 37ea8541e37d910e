import { parseStatement } from '../../../../runner/src/sql/parse';
import { quoteIdentifier, quoteLiteral } from '../../../../runner/src/sql/quote';
import { fillFormat } from './fill-format';
import type { Node } from './forward-statements';

/** Stands for a name or a number that is known only when the block runs. A character of a word, for private use. */
export const ANY_NAME = '\uE000';
/** Stands for text that is known only then: it can be anything. */
export const ANY_TEXT = '\uE001';

/** The types of the variables that the expression can name, as the block declares them. */
export type VariableTypes = ReadonlyMap<string, string>;

const NUMBER =
  /^(?:pg_catalog\.)?(?:small|big)?(?:int[248]?|integer|serial|oid|real|float[48]?|double precision|(?:numeric|decimal)\b.*|bool(?:ean)?)$/i;
const NAME = /^(?:pg_catalog\.)?reg(?:class|type|namespace|role)$/i;
const TEXT = /^(?:pg_catalog\.)?(?:text|name|(?:bp|var)?char\b.*|character varying\b.*)$/i;
const GIVES_NAME = /^current_(?:database|schema)$/;
/** What the grammar has words of its own for: CURRENT_USER and so on. */
const NAMES_VALUE = /_(?:USER|ROLE|CATALOG|SCHEMA)$/;

/**
 * Gives the text that an expression makes for EXECUTE, as far as it is written out. A value, as quote_literal and %L make
 * it, becomes NULL: that changes nothing about which rows of which table are concerned.
 */
export async function writtenOut(expression: string, types: VariableTypes): Promise<string> {
  const node = await parseStatement(`SELECT ${expression}`);
  const [target] = node && 'SelectStmt' in node ? (node.SelectStmt.targetList ?? []) : [];
  return target && 'ResTarget' in target ? textOf(target.ResTarget.val, types) : ANY_TEXT;
}

export function isOpen(text: string): boolean {
  return text.includes(ANY_NAME) || text.includes(ANY_TEXT);
}

function textOf(node: Node | undefined, types: VariableTypes): string {
  if (!node) return ANY_TEXT;
  const part = (inner: Node | undefined) => textOf(inner, types);
  if ('A_Const' in node) {
    const { sval, ival, fval, isnull } = node.A_Const;
    if (isnull) return '';
    return sval?.sval ?? fval?.fval ?? (ival ? String(ival.ival ?? 0) : ANY_NAME);
  }
  if ('TypeCast' in node) return cast(typeName(node.TypeCast.typeName), () => part(node.TypeCast.arg));
  if ('ColumnRef' in node) {
    const [field, more] = node.ColumnRef.fields ?? [];
    const name = field && !more && 'String' in field ? field.String.sval : undefined;
    return cast(types.get(name ?? '') ?? '', () => ANY_TEXT);
  }
  if ('A_Expr' in node) {
    const { kind, name, lexpr, rexpr } = node.A_Expr;
    return kind === 'AEXPR_OP' && lastName(name) === '||' ? part(lexpr) + part(rexpr) : ANY_TEXT;
  }
  if ('SQLValueFunction' in node)
    return NAMES_VALUE.test(node.SQLValueFunction.op ?? '') ? ANY_NAME : ANY_TEXT;
  if (!('FuncCall' in node)) return ANY_TEXT;
  const { funcname, args = [], func_variadic } = node.FuncCall;
  return called(lastName(funcname), args.map(part), func_variadic === true);
}

function cast(type: string, inner: () => string): string {
  if (NUMBER.test(type) || NAME.test(type)) return ANY_NAME;
  return TEXT.test(type) || type === '' ? inner() : ANY_TEXT;
}

function called(name: string, args: readonly string[], isVariadic: boolean): string {
  const [first = ''] = args;
  switch (name) {
    case 'format':
      return isOpen(first) ? ANY_TEXT : fillFormat(first, isVariadic ? [] : args.slice(1), filled);
    case 'concat':
      return isVariadic ? ANY_TEXT : args.join('');
    case 'quote_ident':
      return filled('I', first);
    case 'quote_literal':
    case 'quote_nullable':
      return filled('L', first);
    default:
      return GIVES_NAME.test(name) ? ANY_NAME : ANY_TEXT;
  }
}

/** What format() writes for an argument; undefined is one that nobody knows. */
function filled(conversion: string, text: string | undefined): string {
  const isKnown = text !== undefined && !isOpen(text);
  if (conversion === 'I') return isKnown ? quoteIdentifier(text) : ANY_NAME;
  if (conversion === 'L') return isKnown ? quoteLiteral(text) : 'NULL';
  return text ?? ANY_TEXT;
}

type TypeName = Extract<Node, { TypeCast: unknown }>['TypeCast']['typeName'];

function typeName(type: TypeName): string {
  return (type?.arrayBounds ?? []).length > 0 ? 'an array' : lastName(type?.names);
}

function lastName(names: readonly Node[] | undefined): string {
  const last = names?.at(-1);
  return last && 'String' in last ? (last.String.sval ?? '') : '';
}
