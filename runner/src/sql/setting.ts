import type { Node } from 'libpg-query';

/** How far a statement reaches that changes nothing stored. */
export interface Setting {
  readonly scope: 'session' | 'transaction';
  /** For those that mean more than the value of a parameter. */
  readonly what?: 'SET TRANSACTION' | 'SET CONSTRAINTS';
}

/** Of SET, RESET, set_config, DISCARD, PREPARE, LISTEN and LOAD; undefined for every other statement. */
export function settingOf(node: Node): Setting | undefined {
  if ('VariableSetStmt' in node) {
    const { is_local, kind, name } = node.VariableSetStmt;
    // SET TRANSACTION; SET SESSION CHARACTERISTICS has another name.
    const ofTransaction = kind === 'VAR_SET_MULTI' && /^TRANSACTION/.test(name ?? '');
    if (ofTransaction) return { scope: 'transaction', what: 'SET TRANSACTION' };
    return { scope: is_local ? 'transaction' : 'session' };
  }
  if ('ConstraintsSetStmt' in node) return { scope: 'transaction', what: 'SET CONSTRAINTS' };
  if (OF_SESSION.some((statement) => statement in node)) return { scope: 'session' };
  return 'SelectStmt' in node ? settingOfSelect(node.SelectStmt) : undefined;
}

const OF_SESSION = ['DiscardStmt', 'PrepareStmt', 'DeallocateStmt', 'ListenStmt', 'UnlistenStmt', 'LoadStmt'];

/** SELECT of nothing but set_config, as pg_dump writes it. */
function settingOfSelect(select: Extract<Node, { SelectStmt: unknown }>['SelectStmt']): Setting | undefined {
  const { fromClause, targetList = [] } = select;
  if (fromClause || targetList.length === 0) return undefined;
  const calls = targetList.map((target) => {
    const value = 'ResTarget' in target ? target.ResTarget.val : undefined;
    return value && 'FuncCall' in value ? value.FuncCall : undefined;
  });
  const local = calls.map((call) => {
    const name = call?.funcname?.at(-1);
    if (!name || !('String' in name) || name.String.sval !== 'set_config') return undefined;
    const last = call?.args?.[2];
    return last !== undefined && 'A_Const' in last && last.A_Const.boolval?.boolval === true;
  });
  if (local.some((isLocal) => isLocal === undefined)) return undefined;
  return { scope: local.every((isLocal) => isLocal) ? 'transaction' : 'session' };
}
