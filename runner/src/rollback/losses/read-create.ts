import type { AlterTableCmd, FunctionParameter, Node, RangeVar } from 'libpg-query';
import { writtenType } from '../../sql/effects/table-change';
import { listName, nameParts, relationName } from '../../sql/node-values';
import type { Named, Space } from './act';
import { namedOn } from './read-drop';

/** How an enum that the scripts make is told from their other types. */
export const ENUM = 'enum';

/** What a statement makes; its own name is not that of something that is there. */
export function readCreate(node: Node): Named | undefined {
  if ('CreateStmt' in node) return relation('table', node.CreateStmt.relation);
  if ('CreateForeignTableStmt' in node)
    return relation('foreign table', node.CreateForeignTableStmt.base?.relation);
  if ('CreateTableAsStmt' in node) return relation('table', node.CreateTableAsStmt.into?.rel);
  if ('SelectStmt' in node) return relation('table', node.SelectStmt.intoClause?.rel);
  if ('ViewStmt' in node) return relation('view', node.ViewStmt.view);
  if ('CreateSeqStmt' in node) return relation('sequence', node.CreateSeqStmt.sequence);
  if ('IndexStmt' in node) {
    const { idxname, relation: table } = node.IndexStmt;
    return relation('index', idxname === undefined ? undefined : { ...table, relname: idxname });
  }
  if ('CompositeTypeStmt' in node) return typeOf(node.CompositeTypeStmt.typevar);
  if ('CreateEnumStmt' in node) return listed('type', ENUM, node.CreateEnumStmt.typeName);
  if ('CreateRangeStmt' in node) return listed('type', 'type', node.CreateRangeStmt.typeName);
  if ('CreateDomainStmt' in node) return listed('type', 'domain', node.CreateDomainStmt.domainname);
  if ('CreateFunctionStmt' in node) {
    const { funcname, parameters } = node.CreateFunctionStmt;
    const named = listed('routine', 'function', funcname);
    return named && { ...named, args: inputTypes(parameters) };
  }
  if ('CreateSchemaStmt' in node) return bare('schema', node.CreateSchemaStmt.schemaname);
  if ('CreateExtensionStmt' in node) return bare('extension', node.CreateExtensionStmt.extname);
  if ('CreateTrigStmt' in node)
    return part('trigger', node.CreateTrigStmt.trigname, node.CreateTrigStmt.relation);
  if ('CreatePolicyStmt' in node)
    return part('policy', node.CreatePolicyStmt.policy_name, node.CreatePolicyStmt.table);
  return 'RuleStmt' in node ? part('rule', node.RuleStmt.rulename, node.RuleStmt.relation) : undefined;
}

/** The constraint with a name that a command of ALTER TABLE makes. */
export function readAddedConstraint({ def }: AlterTableCmd, table: RangeVar): Named | undefined {
  return def && 'Constraint' in def ? part('constraint', def.Constraint.conname, table) : undefined;
}

function relation(label: string, range: RangeVar | undefined): Named | undefined {
  // What is temporary hides something, but replaces nothing.
  if (range?.relname === undefined || range.relpersistence === 't') return undefined;
  return { space: 'relation', label, name: relationName(range) };
}

function typeOf(range: RangeVar | undefined): Named | undefined {
  return range && { space: 'type', label: 'type', name: relationName(range) };
}

function listed(space: Space, label: string, names: Node[] | undefined): Named | undefined {
  return names && { space, label, name: listName({ List: { items: names } }) };
}

function bare(space: Space, name: string | undefined): Named | undefined {
  return name === undefined ? undefined : namedOn(space, space, name);
}

function part(space: Space, name: string | undefined, table: RangeVar | undefined): Named | undefined {
  return name === undefined || !table ? undefined : namedOn(space, space, name, relationName(table));
}

function inputTypes(parameters: readonly Node[] | undefined) {
  return (parameters ?? []).flatMap((node) => {
    const { mode, argType }: FunctionParameter = 'FunctionParameter' in node ? node.FunctionParameter : {};
    const isInput = mode !== 'FUNC_PARAM_OUT' && mode !== 'FUNC_PARAM_TABLE';
    return isInput && argType ? [writtenType(argType)] : [];
  });
}

/** The search path that a statement sets; undefined where it sets none, null where it goes back to the session's own. */
export function readPath(node: Node): readonly string[] | null | undefined {
  if ('VariableSetStmt' in node) {
    const { kind, name, args } = node.VariableSetStmt;
    if (kind === 'VAR_RESET_ALL') return null;
    if (name !== 'search_path') return undefined;
    return kind === 'VAR_SET_VALUE' ? (args ?? []).flatMap((arg) => constantOf(arg) ?? []) : null;
  }
  if ('DiscardStmt' in node) return node.DiscardStmt.target === 'DISCARD_ALL' ? null : undefined;
  for (const target of 'SelectStmt' in node ? (node.SelectStmt.targetList ?? []) : []) {
    const call = 'ResTarget' in target ? target.ResTarget.val : undefined;
    if (!call || !('FuncCall' in call)) continue;
    const { funcname = [], args = [] } = call.FuncCall;
    const [name, value] = args.map(constantOf);
    const isSetting = funcname.flatMap(nameParts).at(-1) === 'set_config' && name === 'search_path';
    if (isSetting && value !== undefined) return splitPath(value);
  }
  return undefined;
}

function constantOf(node: Node): string | undefined {
  if ('TypeCast' in node) return node.TypeCast.arg && constantOf(node.TypeCast.arg);
  return 'A_Const' in node && node.A_Const.sval ? (node.A_Const.sval.sval ?? '') : undefined;
}

/** A list of names as the server writes it into the setting. */
function splitPath(text: string): string[] {
  return [...text.matchAll(/"((?:[^"]|"")*)"|[^",\s]+/g)].map(([whole, quoted]) =>
    quoted === undefined ? whole.toLowerCase() : quoted.replaceAll('""', '"'),
  );
}
