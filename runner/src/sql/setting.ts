import type { Node } from 'libpg-query';
import { Scanner } from './scanner';
import { readSetConfig, withoutLocal } from './set-config';

/** How far a statement reaches that changes nothing stored. */
export interface Setting {
  readonly scope: 'session' | 'transaction';
  /** For those that mean more than the value of a parameter. */
  readonly what?: 'SET TRANSACTION' | 'SET CONSTRAINTS';
  /** Where it would end with its transaction: the same for the session. */
  readonly forSession?: string;
}

/** Of SET, RESET, set_config, DISCARD, PREPARE, LISTEN and LOAD; undefined for every other statement. */
export function settingOf(node: Node, text: string): Setting | undefined {
  if ('VariableSetStmt' in node) {
    const { is_local, kind, name } = node.VariableSetStmt;
    // SET TRANSACTION; SET SESSION CHARACTERISTICS has another name.
    const ofTransaction = kind === 'VAR_SET_MULTI' && /^TRANSACTION/.test(name ?? '');
    if (ofTransaction) return { scope: 'transaction', what: 'SET TRANSACTION' };
    return is_local ? { scope: 'transaction', forSession: withoutSecondWord(text) } : { scope: 'session' };
  }
  if ('ConstraintsSetStmt' in node) return { scope: 'transaction', what: 'SET CONSTRAINTS' };
  if (OF_SESSION.some((statement) => statement in node)) return { scope: 'session' };
  return 'SelectStmt' in node ? settingOfSelect(node.SelectStmt, text) : undefined;
}

const OF_SESSION = ['DiscardStmt', 'PrepareStmt', 'DeallocateStmt', 'ListenStmt', 'UnlistenStmt', 'LoadStmt'];

/** SET LOCAL without LOCAL, which is always the second word; blanks in its stead keep the places of errors. */
function withoutSecondWord(text: string): string {
  const scanner = new Scanner(text);
  let words = 0;
  while (scanner.next()) {
    if (scanner.token === 'word') words += 1;
    if (words < 2) continue;
    return text.slice(0, scanner.start) + ' '.repeat(scanner.end - scanner.start) + text.slice(scanner.end);
  }
  return text;
}

/** SELECT of nothing but set_config, as pg_dump writes it. */
function settingOfSelect(
  select: Extract<Node, { SelectStmt: unknown }>['SelectStmt'],
  text: string,
): Setting | undefined {
  const { fromClause, targetList = [] } = select;
  if (fromClause || targetList.length === 0) return undefined;
  const calls = targetList.flatMap((target) => {
    const call = 'ResTarget' in target ? readSetConfig(target.ResTarget.val) : undefined;
    return call ? [call] : [];
  });
  if (calls.length < targetList.length) return undefined;
  if (!calls.some(({ isLocal }) => isLocal)) return { scope: 'session' };
  const scope = calls.every(({ isLocal }) => isLocal) ? 'transaction' : 'session';
  return { scope, forSession: withoutLocal(text, calls) };
}
