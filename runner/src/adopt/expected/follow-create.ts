import type { CreateFunctionStmt, CreateTableAsStmt, IndexStmt, Node, RangeVar } from 'libpg-query';
import { columnsIn, usedIn } from './columns-in';
import type { ExpectedObject, ObjectKind } from './expected-object';
import { type ExpectedSchema, TEMPORARY } from './expected-schema';
import { followCreateTable } from './follow-table';
import { nameOfParts, nameOfRelation, partsOfAll } from './names';
import { expectedType } from './type-name';

/** Follows a statement that creates something. @returns whether it was one. */
export function followCreate(schema: ExpectedSchema, node: Node): boolean {
  if ('CreateStmt' in node) followCreateTable(schema, node.CreateStmt);
  else if ('CreateForeignTableStmt' in node) {
    if (node.CreateForeignTableStmt.base) followCreateTable(schema, node.CreateForeignTableStmt.base);
  } else if ('IndexStmt' in node) return createIndex(schema, node.IndexStmt);
  else if ('ViewStmt' in node) createRelation(schema, 'view', node.ViewStmt.view, node.ViewStmt.query);
  else if ('CreateTableAsStmt' in node) createAs(schema, node.CreateTableAsStmt);
  else if ('CreateSeqStmt' in node) {
    const { sequence, options, if_not_exists } = node.CreateSeqStmt;
    if (!(if_not_exists && sequence && schema.find('sequence', nameOfRelation(sequence)))) {
      own(schema, createRelation(schema, 'sequence', sequence), options);
    }
  } else if ('AlterSeqStmt' in node) {
    const { sequence, options } = node.AlterSeqStmt;
    if (sequence) own(schema, schema.find('sequence', nameOfRelation(sequence)), options);
  } else if ('CreateSchemaStmt' in node) {
    createSchema(schema, node.CreateSchemaStmt.schemaname, node.CreateSchemaStmt.schemaElts);
  } else if ('CreateExtensionStmt' in node) {
    once(schema, 'extension', [node.CreateExtensionStmt.extname ?? '']);
  } else if ('CreateEnumStmt' in node) {
    const { typeName, vals } = node.CreateEnumStmt;
    const type = schema.add('type', nameOfParts(partsOfAll(typeName)));
    Object.assign(type.traits, { labels: partsOfAll(vals), labelsComplete: true });
  } else if ('CompositeTypeStmt' in node) {
    if (node.CompositeTypeStmt.typevar) schema.add('type', nameOfRelation(node.CompositeTypeStmt.typevar));
  } else if ('CreateDomainStmt' in node)
    schema.add('type', nameOfParts(partsOfAll(node.CreateDomainStmt.domainname)));
  else if ('CreateRangeStmt' in node)
    schema.add('type', nameOfParts(partsOfAll(node.CreateRangeStmt.typeName)));
  else if ('CreateFunctionStmt' in node) createFunction(schema, node.CreateFunctionStmt);
  else if ('CreateTrigStmt' in node) {
    const { relation, trigname = '', funcname, columns, whenClause } = node.CreateTrigStmt;
    const trigger = createOn(schema, 'trigger', relation, trigname);
    const routine = schema.find('function', nameOfParts(partsOfAll(funcname)));
    if (routine) trigger?.uses.add(routine);
    if (trigger?.parent) {
      const named = partsOfAll(columns);
      for (const each of schema.childrenOf(trigger.parent))
        if (each.kind === 'column' && named.includes(each.name)) trigger.uses.add(each);
      for (const each of columnsIn(schema, trigger.parent, { whenClause })) trigger.uses.add(each);
    }
  } else if ('CreatePolicyStmt' in node) {
    const { table, policy_name = '', qual, with_check } = node.CreatePolicyStmt;
    const policy = createOn(schema, 'policy', table, policy_name);
    if (policy?.parent)
      for (const each of [
        ...columnsIn(schema, policy.parent, { qual, with_check }),
        ...usedIn(schema, { qual, with_check }),
      ])
        policy.uses.add(each);
  } else return false;
  return true;
}

function createIndex(
  schema: ExpectedSchema,
  { idxname, relation, indexParams, whereClause, if_not_exists }: IndexStmt,
): boolean {
  if (!relation) return true;
  const table =
    schema.find('table', nameOfRelation(relation)) ?? schema.ensure('table', nameOfRelation(relation));
  // PostgreSQL makes up the name, so that nobody can ask for it.
  if (idxname === undefined) return false;
  const name = { schema: table.schema, name: idxname };
  if (if_not_exists && schema.find('index', name)) return true;
  const index = schema.add('index', name);
  index.uses.add(table);
  for (const column of columnsIn(schema, table, { indexParams, whereClause })) index.uses.add(column);
  return true;
}

function createAs(schema: ExpectedSchema, { into, objtype, query, if_not_exists }: CreateTableAsStmt): void {
  const kind = objtype === 'OBJECT_MATVIEW' ? 'materialized view' : 'table';
  if (!into?.rel || (if_not_exists && schema.find(kind, nameOfRelation(into.rel)))) return;
  createRelation(schema, kind, into.rel, kind === 'table' ? undefined : query);
}

function createRelation(
  schema: ExpectedSchema,
  kind: ObjectKind,
  relation: RangeVar | undefined,
  query?: Node,
): ExpectedObject | undefined {
  if (!relation) return undefined;
  const { name, schema: place } = nameOfRelation(relation);
  const object = schema.add(kind, { name, schema: relation.relpersistence === 't' ? TEMPORARY : place });
  for (const used of usedIn(schema, query)) {
    if (used === object) continue;
    object.uses.add(used);
    // A column of the same name may be another table's.
    if (used.kind === 'table') for (const column of columnsIn(schema, used, query)) object.uses.add(column);
  }
  return object;
}

/** A sequence goes with the column that owns it. */
function own(
  schema: ExpectedSchema,
  sequence: ExpectedObject | undefined,
  options: readonly Node[] | undefined,
): void {
  for (const option of options ?? []) {
    if (!sequence || !('DefElem' in option) || option.DefElem.defname !== 'owned_by') continue;
    const parts = partsOfAll(option.DefElem.arg ? [option.DefElem.arg] : []);
    const table = schema.find('table', nameOfParts(parts.slice(0, -1)));
    const column = table && schema.child('column', table, parts.at(-1) ?? '');
    if (table) sequence.uses.add(column ?? table);
  }
}

function createSchema(
  schema: ExpectedSchema,
  name: string | undefined,
  elements: readonly Node[] | undefined,
): void {
  if (name === undefined) return;
  once(schema, 'schema', [name]);
  const before = schema.searchPath;
  schema.searchPath = [name, ...before];
  for (const element of elements ?? []) followCreate(schema, element);
  schema.searchPath = before;
}

/** What is there already is left as it is. */
function once(schema: ExpectedSchema, kind: ObjectKind, parts: string[]): void {
  const name = nameOfParts(parts);
  if (!schema.find(kind, name)) schema.add(kind, name);
}

function createFunction(schema: ExpectedSchema, { funcname, parameters = [] }: CreateFunctionStmt): void {
  const types = parameters.flatMap((node) =>
    'FunctionParameter' in node &&
    !['FUNC_PARAM_OUT', 'FUNC_PARAM_TABLE'].includes(node.FunctionParameter.mode ?? '')
      ? [expectedType(schema, node.FunctionParameter.argType)]
      : [],
  );
  schema.add('function', nameOfParts(partsOfAll(funcname)), { arguments: types });
}

function createOn(
  schema: ExpectedSchema,
  kind: 'trigger' | 'policy',
  relation: RangeVar | undefined,
  name: string,
): ExpectedObject | undefined {
  if (!relation) return undefined;
  const found =
    schema.find('table', nameOfRelation(relation)) ?? schema.ensure('table', nameOfRelation(relation));
  return schema.addChild(kind, found, name);
}
