import type { CommentStmt, Node, ReindexStmt, RenameStmt, VacuumStmt } from 'libpg-query';
import { listName, optionOf, relationName } from '../node-values';
import { published } from './create';
import { tableOf } from './drop';
import type { EffectsCollector } from './effects';
import { LOCK_MODES } from './lock-mode';

/** What changes, moves or tends relations that are there, other than ALTER TABLE. */
export function maintenanceEffects(node: Node, effects: EffectsCollector): void {
  if ('RenameStmt' in node) rename(node.RenameStmt, effects);
  else if ('AlterObjectSchemaStmt' in node) {
    const { relation, newschema } = node.AlterObjectSchemaStmt;
    effects.lock(relation, 'ACCESS EXCLUSIVE');
    if (relation) {
      const from = relationName(relation);
      effects.renames.push({ from, to: { schema: newschema, name: from.name } });
    }
  } else if ('AlterSeqStmt' in node) effects.lock(node.AlterSeqStmt.sequence, 'SHARE ROW EXCLUSIVE');
  else if ('AlterPolicyStmt' in node) effects.lock(node.AlterPolicyStmt.table, 'ACCESS EXCLUSIVE');
  else if ('AlterPublicationStmt' in node) published(node.AlterPublicationStmt.pubobjects, effects);
  else if ('CommentStmt' in node) comment(node.CommentStmt, effects);
  else if ('LockStmt' in node) {
    const mode = LOCK_MODES[(node.LockStmt.mode ?? 8) - 1] ?? 'ACCESS EXCLUSIVE';
    for (const relation of node.LockStmt.relations ?? []) {
      if ('RangeVar' in relation) effects.lock(relation.RangeVar, mode);
    }
  } else if ('VacuumStmt' in node) vacuum(node.VacuumStmt, effects);
  else if ('ClusterStmt' in node) {
    const { relation } = node.ClusterStmt;
    effects.lock(relation, 'ACCESS EXCLUSIVE');
    if (relation) effects.rewrites.push(relationName(relation));
  } else if ('ReindexStmt' in node) reindex(node.ReindexStmt, effects);
  else if ('RefreshMatViewStmt' in node) {
    const { relation, concurrent } = node.RefreshMatViewStmt;
    effects.lock(relation, concurrent ? 'EXCLUSIVE' : 'ACCESS EXCLUSIVE');
  } else if ('DropOwnedStmt' in node) effects.destroy('everything that a role owns');
  else if ('DropdbStmt' in node) effects.destroy(`database ${node.DropdbStmt.dbname}`);
}

const RELATIONS: readonly string[] = [
  ...['OBJECT_TABLE', 'OBJECT_FOREIGN_TABLE', 'OBJECT_VIEW', 'OBJECT_MATVIEW', 'OBJECT_SEQUENCE'],
];

function rename(
  { renameType, relation, relationType, object, subname = '', newname = '' }: RenameStmt,
  effects: EffectsCollector,
): void {
  if (object && (renameType === 'OBJECT_TYPE' || renameType === 'OBJECT_DOMAIN'))
    effects.createsTypes.push({ name: newname, isEnum: false });
  if (relation && renameType === 'OBJECT_COLUMN') {
    effects.tableChanges.push({
      ...{ does: 'rename column', relation: relationName(relation) },
      ...{ column: subname, to: newname },
    });
  }
  // Of an index only the index itself is locked.
  if (renameType === 'OBJECT_INDEX' || relationType === 'OBJECT_TYPE') return;
  effects.lock(relation, 'ACCESS EXCLUSIVE');
  if (!relation || !RELATIONS.includes(renameType ?? '')) return;
  const from = relationName(relation);
  effects.renames.push({ from, to: { schema: from.schema, name: newname } });
}

function comment({ objtype, object }: CommentStmt, effects: EffectsCollector): void {
  if (!object) return;
  switch (objtype) {
    case 'OBJECT_TABLE':
    case 'OBJECT_VIEW':
    case 'OBJECT_MATVIEW':
    case 'OBJECT_FOREIGN_TABLE':
    case 'OBJECT_SEQUENCE':
      effects.lock(listName(object), 'SHARE UPDATE EXCLUSIVE');
      break;
    case 'OBJECT_COLUMN':
      effects.lock(tableOf(object), 'SHARE UPDATE EXCLUSIVE');
      break;
    default:
  }
}

function vacuum({ options, rels }: VacuumStmt, effects: EffectsCollector): void {
  const full = optionOf(options, 'full', false);
  for (const target of rels ?? []) {
    const relation = 'VacuumRelation' in target ? target.VacuumRelation.relation : undefined;
    effects.lock(relation, full ? 'ACCESS EXCLUSIVE' : 'SHARE UPDATE EXCLUSIVE');
    if (full && relation) effects.rewrites.push(relationName(relation));
  }
}

function reindex({ kind, relation, params }: ReindexStmt, effects: EffectsCollector): void {
  const mode = optionOf(params, 'concurrently', false) ? 'SHARE UPDATE EXCLUSIVE' : 'SHARE';
  if (kind === 'REINDEX_OBJECT_TABLE') effects.lock(relation, mode);
  else if (kind === 'REINDEX_OBJECT_INDEX') effects.lock(relation, mode, 'index');
}
