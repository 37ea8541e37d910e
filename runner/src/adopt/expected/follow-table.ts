import type { AlterTableCmd, AlterTableStmt, ColumnDef, Constraint, CreateStmt, Node } from 'libpg-query';
import { addConstraint } from './add-constraint';
import type { ExpectedObject, Traits } from './expected-object';
import { type ExpectedSchema, TEMPORARY } from './expected-schema';
import { mergeKeys, type WrittenConstraint } from './merge-keys';
import { type Name, nameOfRelation } from './names';
import { expectedType, isSerial } from './type-name';

/** Follows CREATE TABLE. Columns that come from elsewhere (LIKE, INHERITS, PARTITION OF) are not looked at. */
export function followCreateTable(schema: ExpectedSchema, statement: CreateStmt): void {
  const { relation, tableElts = [], if_not_exists } = statement;
  if (!relation) return;
  const plain = nameOfRelation(relation);
  const name: Name = relation.relpersistence === 't' ? { ...plain, schema: TEMPORARY } : plain;
  if (if_not_exists && schema.find('table', name)) return;
  const table = schema.add('table', name);
  const columns = tableElts.flatMap((node) => ('ColumnDef' in node ? [node.ColumnDef] : []));
  const written: WrittenConstraint[] = columns.flatMap((column) => addColumn(schema, table, column));
  for (const node of tableElts) if ('Constraint' in node) written.push({ constraint: node.Constraint });
  for (const each of mergeKeys(written)) addConstraint(schema, table, each);
}

/** Follows ALTER TABLE. @returns what of it the catalog comparison does not show. */
export function followAlterTable(schema: ExpectedSchema, statement: AlterTableStmt): string[] {
  const { relation, cmds = [], objtype, missing_ok } = statement;
  if (!relation) return [];
  if (objtype !== 'OBJECT_TABLE' && objtype !== 'OBJECT_FOREIGN_TABLE') return ['ALTER'];
  const name = nameOfRelation(relation);
  if (missing_ok && !schema.find('table', name)) return ['ALTER TABLE IF EXISTS'];
  const table = schema.ensure('table', name);
  return cmds.flatMap((node) =>
    'AlterTableCmd' in node && !followCommand(schema, table, node.AlterTableCmd) ? ['ALTER TABLE'] : [],
  );
}

/** @returns whether the command was understood. */
function followCommand(schema: ExpectedSchema, table: ExpectedObject, command: AlterTableCmd): boolean {
  const { subtype, name = '', def, missing_ok, behavior } = command;
  const cascade = behavior === 'DROP_CASCADE';
  const column = (traits: Traits) => schema.shape(schema.ensureChild('column', table, name), traits);
  switch (subtype) {
    case 'AT_AddColumn':
      if (!def || !('ColumnDef' in def)) return false;
      if (!missing_ok || !schema.child('column', table, def.ColumnDef.colname ?? '')) {
        const written = addColumn(schema, table, def.ColumnDef);
        for (const each of mergeKeys(written)) addConstraint(schema, table, each);
      }
      return true;
    case 'AT_DropColumn':
      dropChild(schema, 'column', table, name, cascade);
      return true;
    case 'AT_AlterColumnType':
      if (!def || !('ColumnDef' in def)) return false;
      retype(schema, column({}), def.ColumnDef);
      return true;
    case 'AT_SetNotNull':
    case 'AT_DropNotNull':
      column({ notNull: subtype === 'AT_SetNotNull' });
      return true;
    case 'AT_ColumnDefault':
      column({ hasDefault: leavesDefault(def) });
      return true;
    case 'AT_AddIdentity':
    case 'AT_DropIdentity':
    case 'AT_DropExpression':
      column({ hasDefault: undefined });
      return true;
    case 'AT_AddConstraint':
      if (!def || !('Constraint' in def)) return false;
      addConstraint(schema, table, { constraint: def.Constraint });
      return true;
    case 'AT_DropConstraint':
      dropConstraint(schema, table, name, cascade);
      return true;
    case 'AT_ValidateConstraint':
      schema.shape(schema.ensureChild('constraint', table, name), { validated: true });
      return true;
    case 'AT_EnableRowSecurity':
    case 'AT_DisableRowSecurity':
      schema.shape(table, { rowSecurity: subtype === 'AT_EnableRowSecurity' });
      return true;
    default:
      return false;
  }
}

/** @returns the constraints that its definition has, for the caller to add. */
function addColumn(
  schema: ExpectedSchema,
  table: ExpectedObject,
  definition: ColumnDef,
): WrittenConstraint[] {
  const { colname = '', typeName, constraints = [] } = definition;
  const own = constraints.flatMap((node) => ('Constraint' in node ? [node.Constraint] : []));
  const has = (...kinds: Constraint['contype'][]) => own.some(({ contype }) => kinds.includes(contype));
  const serial = typeName !== undefined && isSerial(typeName);
  const type = expectedType(schema, typeName);
  const column = schema.addChild('column', table, colname, {
    type,
    notNull: serial || has('CONSTR_NOTNULL', 'CONSTR_PRIMARY', 'CONSTR_IDENTITY'),
    hasDefault: has('CONSTR_IDENTITY')
      ? undefined
      : serial ||
        has('CONSTR_GENERATED') ||
        leavesDefault(own.find(({ contype }) => contype === 'CONSTR_DEFAULT')?.raw_expr),
  });
  if (type?.object) column.uses.add(type.object);
  if (serial || has('CONSTR_IDENTITY')) {
    const name = `${table.name}_${colname}_seq`;
    schema.add('sequence', { schema: table.schema, name }, { unnamed: true }).uses.add(column);
  }
  return own.map((constraint) => ({ constraint, column }));
}

function retype(schema: ExpectedSchema, column: ExpectedObject, { typeName }: ColumnDef): void {
  if (column.traits.type?.object) column.uses.delete(column.traits.type.object);
  const type = expectedType(schema, typeName);
  schema.shape(column, { type });
  if (type?.object) column.uses.add(type.object);
}

function dropConstraint(schema: ExpectedSchema, table: ExpectedObject, name: string, cascade: boolean): void {
  const constraint = schema.child('constraint', table, name);
  if (constraint?.traits.letter === 'p') {
    // Whether its columns stay NOT NULL depends on the version of the server.
    for (const column of constraint.traits.columns ?? []) column.traits.notNull = undefined;
  }
  // Since PostgreSQL 18, NOT NULL is a constraint with a name of its own.
  if (!constraint)
    for (const column of schema.childrenOf(table))
      if (name.includes(column.name)) column.traits.notNull = undefined;
  dropChild(schema, 'constraint', table, name, cascade);
}

function dropChild(
  schema: ExpectedSchema,
  kind: 'column' | 'constraint',
  table: ExpectedObject,
  name: string,
  cascade: boolean,
): void {
  const child = schema.child(kind, table, name);
  // Without CASCADE, PostgreSQL refuses to drop what these depend on: so they don't.
  if (child && !cascade)
    for (const user of child.users) if (staysWithout(user, child)) user.uses.delete(child);
  if (child) schema.drop(child);
  else schema.dropUnknown(kind, { schema: undefined, name }, table);
}

/** Whether only CASCADE drops the user along: it is found by name alone, and may use another column or key. */
function staysWithout(
  { kind, parent }: ExpectedObject,
  { kind: of, parent: table }: ExpectedObject,
): boolean {
  if (kind === 'view' || kind === 'materialized view') return true;
  return kind === 'constraint' && (of === 'constraint' || parent !== table);
}

/** PostgreSQL keeps no default for NULL, but for a type with a length it does: the NULL is cast to it. */
function leavesDefault(expression: Node | undefined): boolean | undefined {
  return expression === undefined ? false : isNull(expression) ? undefined : true;
}

function isNull(node: Node | undefined): boolean {
  if (node && 'TypeCast' in node) return isNull(node.TypeCast.arg);
  return node !== undefined && 'A_Const' in node && node.A_Const.isnull === true;
}
