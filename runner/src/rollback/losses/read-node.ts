import type { AlterTableStmt, Node, RenameStmt } from 'libpg-query';
import { tableChangeOf } from '../../sql/effects/table-change';
import { type QualifiedName, relationName } from '../../sql/node-values';
import type { ActBody, Named } from './act';
import { readAddedConstraint, readCreate, readPath } from './read-create';
import { namedObject, namedOn, readDrop } from './read-drop';
import { readRowChanges } from './read-rows';

/** What one statement does to the catalog and to rows, in the order in which it does it. */
export function readNode(node: Node): ActBody[] {
  if ('DropStmt' in node) return [readDrop(node.DropStmt)];
  if ('AlterTableStmt' in node) return alterTable(node.AlterTableStmt);
  if ('RenameStmt' in node) return rename(node.RenameStmt);
  if ('AlterObjectSchemaStmt' in node) {
    const { objectType = 'OBJECT_TABLE', relation, object, newschema = '' } = node.AlterObjectSchemaStmt;
    const moved = relation ? named(relationName(relation)) : object && namedObject(objectType, object);
    return moved ? [{ does: 'move', object: moved, to: newschema }] : [];
  }
  const path = readPath(node);
  if (path !== undefined) return [{ does: 'set path', path: path ?? undefined }];
  const object = readCreate(node);
  return [
    ...readRowChanges(node),
    ...(object ? [{ does: 'create', object } as const] : []),
    ...('CreateSchemaStmt' in node ? (node.CreateSchemaStmt.schemaElts ?? []).flatMap(readNode) : []),
  ];
}

function named(name: QualifiedName): Named {
  return { space: 'relation', label: 'table', name };
}

function alterTable({ relation: range, cmds = [], objtype }: AlterTableStmt): ActBody[] {
  if (!range) return [];
  const relation = relationName(range);
  return cmds.flatMap((node): ActBody[] => {
    if (!('AlterTableCmd' in node)) return [];
    const command = node.AlterTableCmd;
    const { subtype, name = '', def, behavior } = command;
    const cascade = behavior === 'DROP_CASCADE';
    switch (subtype) {
      case 'AT_DropColumn':
        if (objtype === 'OBJECT_TYPE') return [{ does: 'drop attribute', relation, column: name }];
        return [{ does: 'drop column', relation, column: name, cascade, only: range.inh !== true }];
      case 'AT_DropConstraint':
        return [{ does: 'drop', objects: [namedOn('constraint', 'constraint', name, relation)], cascade }];
      case 'AT_AddConstraint': {
        const object = readAddedConstraint(command, range);
        return object ? [{ does: 'create', object }] : [];
      }
      case 'AT_AddColumn':
      case 'AT_AlterColumnType': {
        const change = tableChangeOf(command, relation);
        return change?.does === 'add column' || change?.does === 'change type' ? [change] : [];
      }
      case 'AT_ColumnDefault':
        return [{ does: 'set default', relation, column: name }];
      case 'AT_DetachPartition': {
        const child = def && 'PartitionCmd' in def ? def.PartitionCmd.name : undefined;
        return child ? [{ does: 'detach', relation, child: relationName(child) }] : [];
      }
      case 'AT_DropInherit': {
        const parent = def && 'RangeVar' in def ? def.RangeVar : undefined;
        return parent ? [{ does: 'detach', relation: relationName(parent), child: relation }] : [];
      }
      default:
        return [];
    }
  });
}

function rename(statement: RenameStmt): ActBody[] {
  const { renameType = 'OBJECT_TABLE', relation: range, object, subname = '', newname: to = '' } = statement;
  const relation = range && relationName(range);
  switch (renameType) {
    case 'OBJECT_COLUMN':
      return relation ? [{ does: 'rename column', relation, column: subname, to }] : [];
    case 'OBJECT_SCHEMA':
      return [{ does: 'rename', object: namedOn('schema', 'schema', subname), to }];
    case 'OBJECT_TABCONSTRAINT':
    case 'OBJECT_TRIGGER':
    case 'OBJECT_POLICY':
    case 'OBJECT_RULE': {
      const { space, label } = namedObject(renameType, { List: { items: [] } });
      return relation ? [{ does: 'rename', object: namedOn(space, label, subname, relation), to }] : [];
    }
    default:
      if (relation) return [{ does: 'rename', object: named(relation), to }];
      return object ? [{ does: 'rename', object: namedObject(renameType, object), to }] : [];
  }
}
