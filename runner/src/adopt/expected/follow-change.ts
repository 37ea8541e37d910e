import type { AlterEnumStmt, AlterObjectSchemaStmt, DropStmt, Node, RenameStmt } from 'libpg-query';
import type { ExpectedObject, ObjectKind } from './expected-object';
import type { ExpectedSchema } from './expected-schema';
import { type Name, nameOfParts, nameOfRelation, partsOf } from './names';
import { expectedType, typeText } from './type-name';

/** The parser's words for what we follow. */
const KINDS: Readonly<Record<string, ObjectKind>> = {
  OBJECT_TABLE: 'table',
  OBJECT_FOREIGN_TABLE: 'table',
  OBJECT_VIEW: 'view',
  OBJECT_MATVIEW: 'materialized view',
  OBJECT_SEQUENCE: 'sequence',
  OBJECT_INDEX: 'index',
  OBJECT_TYPE: 'type',
  OBJECT_DOMAIN: 'type',
  OBJECT_SCHEMA: 'schema',
  OBJECT_EXTENSION: 'extension',
  OBJECT_FUNCTION: 'function',
  OBJECT_PROCEDURE: 'function',
  OBJECT_ROUTINE: 'function',
  OBJECT_TRIGGER: 'trigger',
  OBJECT_POLICY: 'policy',
  OBJECT_COLUMN: 'column',
  OBJECT_TABCONSTRAINT: 'constraint',
};

/** What an extension consists of, no migration tells: neither what goes along with it. */
export const EXTENSION_CASCADE = 'DROP EXTENSION … CASCADE';

/**
 * Follows a statement that drops, renames or moves something.
 * @returns what of it the catalog comparison does not show, or undefined when it was not understood.
 */
export function followChange(schema: ExpectedSchema, node: Node): string[] | undefined {
  if ('DropStmt' in node) {
    const { removeType, behavior } = node.DropStmt;
    const more = removeType === 'OBJECT_EXTENSION' && behavior === 'DROP_CASCADE' ? [EXTENSION_CASCADE] : [];
    return followDrop(schema, node.DropStmt) ? more : undefined;
  }
  if ('RenameStmt' in node) return followRename(schema, node.RenameStmt) ? [] : undefined;
  if ('AlterObjectSchemaStmt' in node) return followMove(schema, node.AlterObjectSchemaStmt) ? [] : undefined;
  if ('AlterEnumStmt' in node) {
    followEnum(schema, node.AlterEnumStmt);
    return [];
  }
  return undefined;
}

function followDrop(schema: ExpectedSchema, { removeType, objects = [], behavior }: DropStmt): boolean {
  const kind = KINDS[removeType ?? ''];
  if (!kind) return false;
  for (const object of objects) {
    const parts = partsOf(object);
    if (kind === 'trigger' || kind === 'policy') dropOnTable(schema, kind, parts);
    else if (kind === 'function') dropFunction(schema, object);
    else {
      const found = schema.find(kind, nameOfParts(parts));
      if (found) schema.drop(found);
      else schema.dropUnknown(kind, nameOfParts(parts));
      if (kind === 'schema') forgetSchema(schema, parts.at(-1) ?? '');
    }
  }
  // What else depended on it (defaults, columns) is not followed that far.
  if (behavior === 'DROP_CASCADE' && kind !== 'table') {
    for (const { kind: other, traits } of schema.present)
      if (other === 'column') traits.hasDefault = undefined;
  }
  return true;
}

function dropOnTable(schema: ExpectedSchema, kind: 'trigger' | 'policy', parts: readonly string[]): void {
  const name = parts.at(-1) ?? '';
  const table = schema.find('table', nameOfParts(parts.slice(0, -1)));
  const object = table && schema.child(kind, table, name);
  if (object) schema.drop(object);
  else if (table) schema.dropUnknown(kind, { schema: undefined, name }, table);
}

function dropFunction(schema: ExpectedSchema, node: Node): void {
  if (!('ObjectWithArgs' in node)) return;
  const name = nameOfParts(partsOf(node));
  const { args_unspecified, objargs = [] } = node.ObjectWithArgs;
  const types = objargs.map((each) => ('TypeName' in each ? expectedType(schema, each.TypeName) : undefined));
  const texts = (list: typeof types | undefined) => list?.map((type) => type && typeText(type)).join();
  const found = [...schema.present].filter(
    (object) =>
      object.kind === 'function' &&
      object.name === name.name &&
      (name.schema === undefined
        ? schema.searchPath.includes(object.schema ?? '')
        : object.schema === name.schema) &&
      (args_unspecified || texts(object.traits.arguments) === texts(types)),
  );
  for (const object of found) schema.drop(object);
}

/** With it goes all that lies in it, and what elsewhere depends on that. */
function forgetSchema(schema: ExpectedSchema, name: string): void {
  for (const object of schema.present) if (object.schema === name) schema.forget(object);
  for (const object of schema.gone) if (object.schema === name) schema.gone.delete(object);
}

function followRename(schema: ExpectedSchema, statement: RenameStmt): boolean {
  const { renameType, relation, object, subname = '', newname = '', missing_ok } = statement;
  const kind = KINDS[renameType ?? ''];
  if (!kind) return false;
  if (kind === 'schema') {
    schema.rename(schema.ensure('schema', { schema: undefined, name: subname }), { name: newname });
    for (const objects of [schema.present, schema.gone]) {
      for (const each of objects) if (each.schema === subname) each.schema = newname;
    }
    return true;
  }
  if (relation && ['column', 'constraint', 'trigger', 'policy'].includes(kind)) {
    const table = schema.ensure('table', nameOfRelation(relation));
    schema.rename(schema.ensureChild(kind, table, subname), { name: newname });
    return true;
  }
  const name = relation ? nameOfRelation(relation) : nameOfParts(partsOf(object));
  const found = schema.find(kind, name) ?? (kind === 'index' ? constraintNamed(schema, name) : undefined);
  // IF EXISTS, of something made elsewhere: whether it was there, nobody knows.
  if (!found && missing_ok) return false;
  schema.rename(found ?? schema.ensure(kind, name), { name: newname });
  return true;
}

/** The index of a constraint bears its name; renaming one renames both. */
function constraintNamed(schema: ExpectedSchema, { schema: place, name }: Name): ExpectedObject | undefined {
  return [...schema.present].find(
    (object) =>
      object.kind === 'constraint' &&
      object.name === name &&
      (place === undefined || object.parent?.schema === place),
  );
}

function followMove(schema: ExpectedSchema, statement: AlterObjectSchemaStmt): boolean {
  const { objectType, relation, object, newschema = '', missing_ok } = statement;
  const kind = KINDS[objectType ?? ''];
  if (!kind || kind === 'extension') return false;
  const name = relation ? nameOfRelation(relation) : nameOfParts(partsOf(object));
  if (missing_ok && !schema.find(kind, name)) return false;
  const moved = schema.ensure(kind, name);
  schema.rename(moved, { schema: newschema });
  for (const other of schema.present) {
    const goesAlong =
      (other.kind === 'index' || other.kind === 'sequence') &&
      [...other.uses].some((used) => used === moved || used.parent === moved);
    if (goesAlong) other.schema = newschema;
  }
  return true;
}

function followEnum(
  schema: ExpectedSchema,
  { typeName, newVal, oldVal, newValNeighbor, newValIsAfter }: AlterEnumStmt,
): void {
  const type = schema.touch(schema.ensure('type', nameOfParts((typeName ?? []).flatMap(partsOf))));
  type.traits.labels ??= [];
  const labels = type.traits.labels;
  if (newVal === undefined) return;
  for (const label of [newVal, oldVal]) type.since.set(`value ${label}`, schema.statement);
  if (oldVal !== undefined) {
    const at = labels.indexOf(oldVal);
    labels.splice(at < 0 ? labels.length : at, at < 0 ? 0 : 1, newVal);
  } else if (!labels.includes(newVal)) {
    const at = newValNeighbor === undefined ? -1 : labels.indexOf(newValNeighbor);
    labels.splice(at < 0 ? labels.length : at + (newValIsAfter ? 1 : 0), 0, newVal);
  }
}
