import type { Node, RangeVar } from 'libpg-query';
import type { NeedsTracker } from './needs-tracker';
import { rolesIn } from './roles-in';

type At = () => string;

/** Kinds in pg_class whose owner alone may alter and drop them. */
const RELATIONS = new Set<string | undefined>([
  ...[
    'OBJECT_TABLE',
    'OBJECT_VIEW',
    'OBJECT_MATVIEW',
    'OBJECT_INDEX',
    'OBJECT_SEQUENCE',
    'OBJECT_FOREIGN_TABLE',
  ],
]);
const TYPES = new Set<string | undefined>(['OBJECT_TYPE', 'OBJECT_DOMAIN']);

/** Tells the tracker what one statement needs and what it changes for those after it. */
export function noteNeeds(node: Node, tracker: NeedsTracker, at: At): void {
  for (const role of rolesIn(node)) tracker.usesRole(role, at());
  if (changesWhoWeAre(node)) tracker.loseCertainty();
  else if ('VariableSetStmt' in node) noteSetting(node.VariableSetStmt.name, tracker);
  else if (!noteCreation(node, tracker, at)) noteChange(node, tracker, at);
}

function changesWhoWeAre(node: Node): boolean {
  if ('GrantStmt' in node) {
    return node.GrantStmt.objtype === 'OBJECT_SCHEMA' || node.GrantStmt.objtype === 'OBJECT_DATABASE';
  }
  return [...['GrantRoleStmt', 'AlterRoleStmt', 'ReassignOwnedStmt', 'DropOwnedStmt', 'AlterOwnerStmt']].some(
    (name) => name in node,
  );
}

function noteSetting(name: string | undefined, tracker: NeedsTracker): void {
  if (name === 'role' || name === 'session_authorization') tracker.loseCertainty();
  // RESET ALL has no name.
  if (name === 'search_path' || name === undefined) tracker.losePath();
}

/** @returns whether the statement creates something. */
function noteCreation(node: Node, tracker: NeedsTracker, at: At): boolean {
  if ('CreateStmt' in node) {
    const { relation, inhRelations = [] } = node.CreateStmt;
    // A partition and a child change their parent.
    for (const parent of inhRelations) {
      if ('RangeVar' in parent) owner(parent.RangeVar, tracker, at);
    }
    return createsRelation(relation, tracker, at);
  }
  if ('CreateTableAsStmt' in node) return createsRelation(node.CreateTableAsStmt.into?.rel, tracker, at);
  if ('ViewStmt' in node) return createsRelation(node.ViewStmt.view, tracker, at);
  if ('CreateSeqStmt' in node) return createsRelation(node.CreateSeqStmt.sequence, tracker, at);
  if ('CompositeTypeStmt' in node) return createsRelation(node.CompositeTypeStmt.typevar, tracker, at);
  if ('CreateEnumStmt' in node) return createsNamed(node.CreateEnumStmt.typeName, tracker, at);
  if ('CreateDomainStmt' in node) return createsNamed(node.CreateDomainStmt.domainname, tracker, at);
  if ('CreateFunctionStmt' in node) return createsNamed(node.CreateFunctionStmt.funcname, tracker, at);
  if ('CreateSchemaStmt' in node) {
    const { schemaname, authrole } = node.CreateSchemaStmt;
    if (schemaname === undefined || authrole) tracker.loseCertainty();
    else tracker.createsSchema(schemaname, at());
    return true;
  }
  if ('CreateRoleStmt' in node) {
    if (node.CreateRoleStmt.role !== undefined) tracker.createsRole(node.CreateRoleStmt.role, at());
    return true;
  }
  if ('CreateExtensionStmt' in node) {
    const { extname, if_not_exists = false, options = [] } = node.CreateExtensionStmt;
    const version = options.flatMap((option) =>
      'DefElem' in option && option.DefElem.defname === 'new_version' ? textOf(option.DefElem.arg) : [],
    )[0];
    if (extname !== undefined) tracker.createsExtension(extname, at(), version, if_not_exists);
    return true;
  }
  return false;
}

function noteChange(node: Node, tracker: NeedsTracker, at: At): void {
  if ('IndexStmt' in node) {
    owner(node.IndexStmt.relation, tracker, at);
    tracker.touches(node.IndexStmt.idxname);
  } else if ('AlterTableStmt' in node) {
    const { relation, objtype, cmds = [] } = node.AlterTableStmt;
    if (RELATIONS.has(objtype)) owner(relation, tracker, at);
    const moves = cmds.some(
      (cmd) => 'AlterTableCmd' in cmd && cmd.AlterTableCmd.subtype === 'AT_ChangeOwner',
    );
    if (moves) tracker.touches(relation?.relname);
  } else if ('AlterEnumStmt' in node) {
    ownerOfType(node.AlterEnumStmt.typeName, tracker, at, false);
  } else if ('CreatePolicyStmt' in node) {
    owner(node.CreatePolicyStmt.table, tracker, at);
  } else if ('AlterObjectSchemaStmt' in node) {
    const { objectType, relation, object } = node.AlterObjectSchemaStmt;
    if (RELATIONS.has(objectType)) owner(relation, tracker, at);
    tracker.touches(relation?.relname ?? namesOf(object).at(-1));
  } else if ('RenameStmt' in node) {
    noteRename(node.RenameStmt, tracker, at);
  } else if ('DropStmt' in node) {
    for (const object of node.DropStmt.objects ?? []) noteDrop(node.DropStmt.removeType, object, tracker, at);
  } else if ('DropRoleStmt' in node) {
    for (const role of node.DropRoleStmt.roles ?? []) {
      if ('RoleSpec' in role && role.RoleSpec.rolename) tracker.touchesRole(role.RoleSpec.rolename);
    }
  }
}

function noteRename(
  rename: Extract<Node, { RenameStmt: unknown }>['RenameStmt'],
  tracker: NeedsTracker,
  at: At,
): void {
  const { renameType, relation, object, subname, newname } = rename;
  if (renameType === 'OBJECT_ROLE') {
    for (const name of [subname, newname]) if (name) tracker.touchesRole(name);
  } else if (renameType === 'OBJECT_SCHEMA' || renameType === 'OBJECT_DATABASE') {
    tracker.loseCertainty();
  } else if (relation) {
    owner(relation, tracker, at);
    if (RELATIONS.has(renameType)) for (const name of [relation.relname, newname]) tracker.touches(name);
  } else if (TYPES.has(renameType)) {
    ownerOfType(object && 'List' in object ? object.List.items : undefined, tracker, at, false);
    for (const name of [namesOf(object).at(-1), newname]) tracker.touches(name);
  }
}

function noteDrop(type: string | undefined, object: Node, tracker: NeedsTracker, at: At): void {
  const [first = '', second] = namesOf(object).slice(-2);
  const [schema, name] = second === undefined ? [undefined, first] : [first, second];
  if (type === 'OBJECT_EXTENSION') tracker.dropsExtension(name);
  else if (type === 'OBJECT_SCHEMA') tracker.touchesSchema(name);
  else if (RELATIONS.has(type)) tracker.needsOwner('relations', schema, name, at(), true);
  else if (TYPES.has(type)) tracker.needsOwner('types', schema, name, at(), true);
  if (RELATIONS.has(type) || TYPES.has(type)) tracker.touches(name);
}

function createsRelation(relation: RangeVar | undefined, tracker: NeedsTracker, at: At): boolean {
  if (relation?.relname === undefined) return true;
  if (relation.relpersistence === 't') tracker.touches(relation.relname);
  else tracker.creates(relation.schemaname, relation.relname, at());
  return true;
}

function createsNamed(names: Node[] | undefined, tracker: NeedsTracker, at: At): boolean {
  const [name, schema] = (names ?? []).flatMap(textOf).reverse();
  if (name !== undefined) tracker.creates(schema, name, at());
  return true;
}

function owner(relation: RangeVar | undefined, tracker: NeedsTracker, at: At): void {
  if (relation?.relname === undefined) return;
  tracker.needsOwner('relations', relation.schemaname, relation.relname, at(), false);
}

function ownerOfType(names: Node[] | undefined, tracker: NeedsTracker, at: At, drop: boolean): void {
  const [name, schema] = (names ?? []).flatMap(textOf).reverse();
  if (name !== undefined) tracker.needsOwner('types', schema, name, at(), drop);
}

/** The parts of a name, as DROP and others carry it. */
function namesOf(object: Node | undefined): string[] {
  if (!object) return [];
  if ('List' in object) return (object.List.items ?? []).flatMap(textOf);
  if ('TypeName' in object) return (object.TypeName.names ?? []).flatMap(textOf);
  return textOf(object);
}

function textOf(node: Node | undefined): string[] {
  return node && 'String' in node && node.String.sval !== undefined ? [node.String.sval] : [];
}
