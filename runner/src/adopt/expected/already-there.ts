import type { Node } from 'libpg-query';
import type { ExpectedObject } from './expected-object';
import type { ExpectedSchema } from './expected-schema';
import { nameOfParts, nameOfRelation, partsOfAll } from './names';

/** The objects for which PostgreSQL refuses the statement, because what it would make is there by that name. */
export function alreadyThere(schema: ExpectedSchema, node: Node): ExpectedObject[] {
  if ('CreateEnumStmt' in node) {
    return present(schema.find('type', nameOfParts(partsOfAll(node.CreateEnumStmt.typeName))));
  }
  if ('CreateStmt' in node) {
    const { relation, if_not_exists } = node.CreateStmt;
    return relation && !if_not_exists ? present(schema.find('table', nameOfRelation(relation))) : [];
  }
  if (!('AlterTableStmt' in node) || !node.AlterTableStmt.relation) return [];
  const table = schema.find('table', nameOfRelation(node.AlterTableStmt.relation));
  if (!table) return [];
  return (node.AlterTableStmt.cmds ?? []).flatMap((command) => {
    if (!('AlterTableCmd' in command)) return [];
    const { subtype, def, missing_ok } = command.AlterTableCmd;
    if (subtype === 'AT_AddConstraint' && def && 'Constraint' in def && def.Constraint.conname)
      return present(schema.child('constraint', table, def.Constraint.conname));
    if (subtype === 'AT_AddColumn' && def && 'ColumnDef' in def && !missing_ok)
      return present(schema.child('column', table, def.ColumnDef.colname ?? ''));
    return [];
  });
}

function present(object: ExpectedObject | undefined): ExpectedObject[] {
  return object ? [object] : [];
}
