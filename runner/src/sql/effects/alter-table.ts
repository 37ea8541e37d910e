import type { AlterTableCmd, AlterTableStmt, Constraint, Node } from 'libpg-query';
import { type QualifiedName, relationName } from '../node-values';
import { addedColumnRewrites } from './added-column';
import { type EffectsCollector, nameText } from './effects';
import { type LockMode, strongest } from './lock-mode';
import { tableChangeOf } from './table-change';

type Subtype = NonNullable<AlterTableCmd['subtype']>;

/** The subcommands that need less than ACCESS EXCLUSIVE, from AlterTableGetLockLevel and the documentation. */
const WEAKER: Partial<Record<Subtype, LockMode>> = {
  AT_ValidateConstraint: 'SHARE UPDATE EXCLUSIVE',
  AT_SetStatistics: 'SHARE UPDATE EXCLUSIVE',
  AT_SetOptions: 'SHARE UPDATE EXCLUSIVE',
  AT_ResetOptions: 'SHARE UPDATE EXCLUSIVE',
  AT_ClusterOn: 'SHARE UPDATE EXCLUSIVE',
  AT_DropCluster: 'SHARE UPDATE EXCLUSIVE',
  AT_AttachPartition: 'SHARE UPDATE EXCLUSIVE',
  AT_DetachPartitionFinalize: 'SHARE UPDATE EXCLUSIVE',
  AT_EnableTrig: 'SHARE ROW EXCLUSIVE',
  AT_EnableAlwaysTrig: 'SHARE ROW EXCLUSIVE',
  AT_EnableReplicaTrig: 'SHARE ROW EXCLUSIVE',
  AT_EnableTrigAll: 'SHARE ROW EXCLUSIVE',
  AT_EnableTrigUser: 'SHARE ROW EXCLUSIVE',
  AT_DisableTrig: 'SHARE ROW EXCLUSIVE',
  AT_DisableTrigAll: 'SHARE ROW EXCLUSIVE',
  AT_DisableTrigUser: 'SHARE ROW EXCLUSIVE',
};

/** Of the storage options only these change what a running query sees. */
const STRONG_OPTIONS = ['user_catalog_table', 'security_barrier', 'security_invoker', 'check_option'];

const REWRITES: ReadonlySet<Subtype> = new Set([
  'AT_SetLogged',
  'AT_SetUnLogged',
  'AT_SetAccessMethod',
  'AT_SetTableSpace',
  'AT_SetExpression',
] as const);

/** @see https://www.postgresql.org/docs/current/sql-altertable.html */
export function alterTableEffects(
  { relation, cmds, objtype }: AlterTableStmt,
  effects: EffectsCollector,
): void {
  if (!relation) return;
  const table = relationName(relation);
  if (objtype === 'OBJECT_TYPE') {
    for (const { subtype, name } of commandsOf(cmds)) {
      if (subtype === 'AT_DropColumn') effects.destroy(`attribute ${nameText(table)}.${name}`);
    }
    return;
  }
  // Of an index only the index itself is locked.
  if (objtype === 'OBJECT_INDEX') return;
  let mode: LockMode = 'SHARE UPDATE EXCLUSIVE';
  for (const command of commandsOf(cmds)) {
    mode = strongest(mode, lockOf(command));
    commandEffects(command, table, effects);
  }
  effects.lock(table, mode);
}

function commandsOf(cmds: readonly Node[] | undefined): AlterTableCmd[] {
  return (cmds ?? []).flatMap((command) => ('AlterTableCmd' in command ? [command.AlterTableCmd] : []));
}

function lockOf({ subtype = 'AT_AddColumn', def }: AlterTableCmd): LockMode {
  if (subtype === 'AT_AddConstraint' && def && 'Constraint' in def) {
    return def.Constraint.contype === 'CONSTR_FOREIGN' ? 'SHARE ROW EXCLUSIVE' : 'ACCESS EXCLUSIVE';
  }
  if (subtype === 'AT_DetachPartition' && def && 'PartitionCmd' in def && def.PartitionCmd.concurrent) {
    return 'SHARE UPDATE EXCLUSIVE';
  }
  if ((subtype === 'AT_SetRelOptions' || subtype === 'AT_ResetRelOptions') && def && 'List' in def) {
    const strong = def.List.items?.some(
      (option) => 'DefElem' in option && STRONG_OPTIONS.includes(option.DefElem.defname ?? ''),
    );
    return strong ? 'ACCESS EXCLUSIVE' : 'SHARE UPDATE EXCLUSIVE';
  }
  return WEAKER[subtype] ?? 'ACCESS EXCLUSIVE';
}

function commandEffects(command: AlterTableCmd, table: QualifiedName, effects: EffectsCollector): void {
  const { subtype = 'AT_AddColumn', name, def, behavior } = command;
  const column = `${nameText(table)}.${name}`;
  if (REWRITES.has(subtype)) effects.rewrites.push(table);
  if (subtype === 'AT_DropColumn') {
    const more = behavior === 'DROP_CASCADE' ? ' and what depends on it' : '';
    effects.destroy(`column ${column}${more}`, table, { columns: [name ?? ''] });
  }
  const change = tableChangeOf(command, table);
  if (subtype === 'AT_AlterColumnType') {
    const retyped = change?.does === 'change type' ? { retyped: change } : {};
    effects.destroy(`column ${column} as it is: its type changes`, table, retyped);
  }
  if (change) effects.tableChanges.push(change);
  if (!def) return;
  if ('Constraint' in def) referenceEffects(def.Constraint, effects);
  if ('ColumnDef' in def && subtype === 'AT_AddColumn') {
    for (const constraint of def.ColumnDef.constraints ?? []) {
      if ('Constraint' in constraint) referenceEffects(constraint.Constraint, effects);
    }
    if (addedColumnRewrites(def.ColumnDef)) effects.rewrites.push(table);
  }
  if ('PartitionCmd' in def) {
    const concurrent = subtype === 'AT_DetachPartition' && def.PartitionCmd.concurrent;
    effects.lock(def.PartitionCmd.name, concurrent ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE');
  }
  if (subtype === 'AT_AddInherit' && 'RangeVar' in def) effects.lock(def.RangeVar, 'SHARE UPDATE EXCLUSIVE');
}

/** A foreign key locks the table that it points to as well. */
export function referenceEffects({ contype, pktable }: Constraint, effects: EffectsCollector): void {
  if (contype === 'CONSTR_FOREIGN') effects.lock(pktable, 'SHARE ROW EXCLUSIVE');
}
