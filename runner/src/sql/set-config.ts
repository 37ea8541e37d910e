import type { Node } from 'libpg-query';
import { Scanner } from './scanner';

type FuncCall = Extract<Node, { FuncCall: unknown }>['FuncCall'];

/** A call of set_config whose third argument is a constant. */
export interface SetConfig {
  readonly isLocal: boolean;
  /** Where that constant begins, in bytes of the statement. */
  readonly at: number;
}

const FALSE = /^\s*(?:of|off|f|fa|fal|fals|false|n|no|0)\s*$/i;

/** The call, or undefined for another function and where only the server can tell how long it holds. */
export function readSetConfig(node: Node | undefined): SetConfig | undefined {
  const call = node && 'FuncCall' in node ? node.FuncCall : undefined;
  if (!call || !isSetConfig(call)) return undefined;
  return readConstant(call.args?.[2]);
}

/** Whether a part of the tree sets something that may end with the transaction. */
export function mayCallSetConfigLocal(tree: unknown): boolean {
  if (typeof tree !== 'object' || tree === null) return false;
  if ('FuncCall' in tree && isSetConfig(tree.FuncCall as FuncCall)) {
    if (readSetConfig(tree as Node)?.isLocal !== false) return true;
  }
  return Object.values(tree).some(mayCallSetConfigLocal);
}

/** The statement with each of the constants turned into false; everything else stays in its place. */
export function withoutLocal(text: string, calls: readonly SetConfig[]): string {
  const bytes = Buffer.from(text);
  const starts = new Set(
    calls.filter(({ isLocal }) => isLocal).map(({ at }) => bytes.subarray(0, at).toString().length),
  );
  const scanner = new Scanner(text);
  let result = '';
  while (scanner.next()) {
    const { start, end, token } = scanner;
    const isConstant = starts.has(start);
    result += isConstant ? (token === 'string' ? "'false'" : 'false') : text.slice(start, end);
  }
  return result;
}

function isSetConfig({ funcname }: FuncCall): boolean {
  const name = funcname?.at(-1);
  return name !== undefined && 'String' in name && name.String.sval === 'set_config';
}

function readConstant(node: Node | undefined): SetConfig | undefined {
  if (node && 'TypeCast' in node) return readConstant(node.TypeCast.arg);
  if (!node || !('A_Const' in node)) return undefined;
  const { boolval, sval, location = 0 } = node.A_Const;
  if (boolval) return { isLocal: boolval.boolval === true, at: location };
  return sval ? { isLocal: !FALSE.test(sval.sval ?? ''), at: location } : undefined;
}
