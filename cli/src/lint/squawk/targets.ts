import type { Node } from 'libpg-query';
import { listName, type QualifiedName, relationName } from '../../../../runner/src/sql/node-values';

/** The relations, or indexes, that a statement changes; what else it locks is not among them. */
export function targetsOf(node: Node): QualifiedName[] {
  if ('AlterTableStmt' in node) return named(node.AlterTableStmt.relation);
  if ('IndexStmt' in node) return named(node.IndexStmt.relation);
  if ('RenameStmt' in node) return named(node.RenameStmt.relation);
  if ('ReindexStmt' in node) return named(node.ReindexStmt.relation);
  if ('ClusterStmt' in node) return named(node.ClusterStmt.relation);
  if ('DropStmt' in node) return (node.DropStmt.objects ?? []).map(listName);
  if ('TruncateStmt' in node) {
    return (node.TruncateStmt.relations ?? []).flatMap((each) =>
      'RangeVar' in each ? [relationName(each.RangeVar)] : [],
    );
  }
  return [];
}

/** What a statement makes, also where that is only made if it is not there yet. */
export function madeBy(node: Node): QualifiedName[] {
  if ('CreateStmt' in node) return named(node.CreateStmt.relation);
  if ('CreateTableAsStmt' in node) return named(node.CreateTableAsStmt.into?.rel);
  if ('ViewStmt' in node) return named(node.ViewStmt.view);
  if ('IndexStmt' in node) {
    const { idxname, relation } = node.IndexStmt;
    return idxname === undefined ? [] : [{ schema: relation?.schemaname, name: idxname }];
  }
  return [];
}

function named(relation: Parameters<typeof relationName>[0] | undefined): QualifiedName[] {
  return relation ? [relationName(relation)] : [];
}
