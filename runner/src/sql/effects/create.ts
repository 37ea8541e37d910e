import type { CreateStmt, Node } from 'libpg-query';
import { nameParts, relationName } from '../node-values';
import { referenceEffects } from './alter-table';
import type { EffectsCollector } from './effects';

/** What CREATE makes, and which relations that were there before it locks. */
export function createEffects(node: Node, effects: EffectsCollector): void {
  if ('CreateStmt' in node) table(node.CreateStmt, effects);
  else if ('CreateForeignTableStmt' in node) table(node.CreateForeignTableStmt.base ?? {}, effects);
  else if ('CreateTableAsStmt' in node) {
    const { into, if_not_exists } = node.CreateTableAsStmt;
    if (into?.rel && !if_not_exists) effects.creates.push(relationName(into.rel));
    if (!into?.skipData) effects.change('many');
  } else if ('ViewStmt' in node) {
    const { view, replace } = node.ViewStmt;
    if (replace) effects.lock(view, 'ACCESS EXCLUSIVE');
    else if (view) effects.creates.push(relationName(view));
  } else if ('CreateSeqStmt' in node) {
    const { sequence, if_not_exists } = node.CreateSeqStmt;
    if (sequence && !if_not_exists) effects.creates.push(relationName(sequence));
  } else if ('IndexStmt' in node) {
    const { relation, concurrent } = node.IndexStmt;
    effects.lock(relation, concurrent ? 'SHARE UPDATE EXCLUSIVE' : 'SHARE');
  } else if ('CreateTrigStmt' in node) {
    effects.lock(node.CreateTrigStmt.relation, 'SHARE ROW EXCLUSIVE');
    effects.lock(node.CreateTrigStmt.constrrel, 'SHARE ROW EXCLUSIVE');
  } else if ('RuleStmt' in node) effects.lock(node.RuleStmt.relation, 'ACCESS EXCLUSIVE');
  else if ('CreatePolicyStmt' in node) effects.lock(node.CreatePolicyStmt.table, 'ACCESS EXCLUSIVE');
  else if ('CreateStatsStmt' in node) {
    for (const relation of node.CreateStatsStmt.relations ?? []) {
      if ('RangeVar' in relation) effects.lock(relation.RangeVar, 'SHARE UPDATE EXCLUSIVE');
    }
  } else if ('CreateEnumStmt' in node)
    effects.createsTypes.push({ name: nameOf(node.CreateEnumStmt.typeName), isEnum: true });
  else if ('CreateDomainStmt' in node)
    effects.createsTypes.push({ name: nameOf(node.CreateDomainStmt.domainname), isEnum: false });
  else if ('CompositeTypeStmt' in node)
    effects.createsTypes.push({ name: node.CompositeTypeStmt.typevar?.relname ?? '', isEnum: false });
  else if ('CreateRangeStmt' in node)
    effects.createsTypes.push({ name: nameOf(node.CreateRangeStmt.typeName), isEnum: false });
  else if ('CreatePublicationStmt' in node) published(node.CreatePublicationStmt.pubobjects, effects);
  else if ('CreateSchemaStmt' in node) {
    for (const element of node.CreateSchemaStmt.schemaElts ?? []) createEffects(element, effects);
  }
}

function nameOf(parts: readonly Node[] | undefined): string {
  return (parts ?? []).flatMap(nameParts).at(-1) ?? '';
}

function table(statement: CreateStmt, effects: EffectsCollector): void {
  const { relation, if_not_exists, inhRelations, partbound, tableElts, constraints } = statement;
  if (relation && !if_not_exists) effects.creates.push(relationName(relation));
  for (const parent of inhRelations ?? []) {
    if ('RangeVar' in parent)
      effects.lock(parent.RangeVar, partbound ? 'ACCESS EXCLUSIVE' : 'SHARE UPDATE EXCLUSIVE');
  }
  for (const element of [...(tableElts ?? []), ...(constraints ?? [])]) {
    if ('Constraint' in element) referenceEffects(element.Constraint, effects);
    if (!('ColumnDef' in element)) continue;
    for (const constraint of element.ColumnDef.constraints ?? []) {
      if ('Constraint' in constraint) referenceEffects(constraint.Constraint, effects);
    }
  }
}

export function published(objects: readonly Node[] | undefined, effects: EffectsCollector): void {
  for (const object of objects ?? []) {
    if ('PublicationObjSpec' in object) {
      effects.lock(object.PublicationObjSpec.pubtable?.relation, 'SHARE UPDATE EXCLUSIVE');
    }
  }
}
