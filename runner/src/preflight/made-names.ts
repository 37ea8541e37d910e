import type { Node, RangeVar } from 'libpg-query';
import { listName, nameParts } from '../sql/node-values';
import { Certainty } from './certainty';

/** An object that a pending statement makes, and that must not be there yet. */
export interface MadeObject {
  readonly kind: 'table' | 'view' | 'materialized view' | 'sequence' | 'index' | 'type' | 'schema';
  readonly schema: string | undefined;
  readonly name: string;
  /** The table of an index, whose schema is the index's too. */
  readonly on?: { readonly schema: string | undefined; readonly name: string };
  /** What an interrupted attempt left invalid is dropped before it is built again. */
  readonly isConcurrent: boolean;
  readonly file: string;
  /** For a person: file and line. */
  readonly at: string;
}

type Place = Pick<MadeObject, 'file' | 'at'>;

/** What goes with a table, or a part of it, without being named. */
const DEPENDENT = new Set<MadeObject['kind']>(['index', 'sequence']);
const DROPS_DEPENDENTS = new Set<string | undefined>([
  ...['AT_DropColumn', 'AT_DropConstraint', 'AT_DropIdentity', 'AT_AddIndexConstraint'],
]);
/** Dropping one of these takes nothing along, unless by CASCADE. */
const DROPPED_ALONE = new Set<string | undefined>([
  ...['OBJECT_INDEX', 'OBJECT_VIEW', 'OBJECT_SEQUENCE', 'OBJECT_TYPE', 'OBJECT_DOMAIN', 'OBJECT_FUNCTION'],
  ...['OBJECT_PROCEDURE', 'OBJECT_TRIGGER', 'OBJECT_POLICY', 'OBJECT_RULE'],
]);

/**
 * Follows which names pending statements make. What an earlier one drops, renames or moves may be there or not, so
 * nothing is claimed of it: silence rather than a wrong refusal.
 */
export class MadeNames extends Certainty {
  readonly made: MadeObject[] = [];
  private dependentsKnown = true;
  /** Names, whatever their schema, of which an earlier statement leaves open whether they are there. */
  private readonly open = new Set<string | undefined>();
  private readonly seen = new Set<string>();

  see(node: Node, place: () => Place): void {
    const made = creationOf(node);
    if (made) this.make(made, place);
    else if ('DropStmt' in node) this.drop(node.DropStmt);
    else if ('AlterTableStmt' in node) this.alter(node.AlterTableStmt.cmds ?? []);
    else if ('RenameStmt' in node) this.rename(node.RenameStmt);
    else if ('AlterObjectSchemaStmt' in node) {
      const { relation, object } = node.AlterObjectSchemaStmt;
      this.open.add(relation?.relname ?? (object && nameParts(object).at(-1)));
      this.dependentsKnown = false;
    } else if ('VariableSetStmt' in node) {
      // RESET ALL has no name; "$user" in the path is the role.
      const { name = 'search_path' } = node.VariableSetStmt;
      if (['search_path', 'role', 'session_authorization'].includes(name)) this.losePath();
    } else if ('DropOwnedStmt' in node || 'AlterExtensionStmt' in node) this.certain = false;
  }

  private make({ isClaimed, ...object }: Creation, place: () => Place): void {
    const { kind, schema, name, on } = object;
    const key = `${kind === 'schema' ? 'schema' : 'object'} ${schema ?? ''} ${name}`;
    const isKnown =
      this.claims(kind === 'schema' ? name : (on ?? object).schema) &&
      (this.dependentsKnown || !DEPENDENT.has(kind)) &&
      ![name, on?.name].some((used) => used !== undefined && this.open.has(used));
    if (isClaimed && isKnown && !this.seen.has(key)) this.made.push({ ...object, ...place() });
    if (isClaimed) this.seen.add(key);
    else this.open.add(name);
  }

  private drop({ removeType, behavior, objects = [] }: Of<'DropStmt'>): void {
    if (behavior === 'DROP_CASCADE' || !DROPPED_ALONE.has(removeType)) this.certain = false;
    for (const object of objects) this.open.add(nameParts(object).at(-1));
  }

  private alter(commands: readonly Node[]): void {
    for (const command of commands) {
      if (!('AlterTableCmd' in command)) continue;
      if (DROPS_DEPENDENTS.has(command.AlterTableCmd.subtype)) this.dependentsKnown = false;
      if (command.AlterTableCmd.behavior === 'DROP_CASCADE') this.certain = false;
    }
  }

  private rename({ renameType, relation, object, subname, newname }: Of<'RenameStmt'>): void {
    if (renameType === 'OBJECT_SCHEMA') this.certain = false;
    if (renameType === 'OBJECT_COLUMN' || renameType === 'OBJECT_ATTRIBUTE') return;
    const named = object && nameParts(object).at(-1);
    for (const name of [relation?.relname, named, subname, newname]) this.open.add(name);
  }
}

type Of<K extends string> = Extract<Node, Record<K, unknown>>[K & keyof Extract<Node, Record<K, unknown>>];

interface Creation extends Pick<MadeObject, 'kind' | 'schema' | 'name' | 'on' | 'isConcurrent'> {
  /** False where the statement accepts what is there, or makes something temporary that only hides it. */
  readonly isClaimed: boolean;
}

function creationOf(node: Node): Creation | undefined {
  if ('CreateStmt' in node) {
    const { relation, if_not_exists } = node.CreateStmt;
    return relationOf('table', relation, !if_not_exists);
  }
  if ('CreateForeignTableStmt' in node) {
    const { base } = node.CreateForeignTableStmt;
    return relationOf('table', base?.relation, !base?.if_not_exists);
  }
  if ('CreateTableAsStmt' in node) {
    const { into, objtype, if_not_exists } = node.CreateTableAsStmt;
    const kind = objtype === 'OBJECT_MATVIEW' ? 'materialized view' : 'table';
    return relationOf(kind, into?.rel, !if_not_exists);
  }
  if ('ViewStmt' in node) return relationOf('view', node.ViewStmt.view, !node.ViewStmt.replace);
  if ('CreateSeqStmt' in node) {
    return relationOf('sequence', node.CreateSeqStmt.sequence, !node.CreateSeqStmt.if_not_exists);
  }
  if ('IndexStmt' in node) return indexOf(node.IndexStmt);
  if ('CompositeTypeStmt' in node) return relationOf('type', node.CompositeTypeStmt.typevar, true);
  if ('CreateEnumStmt' in node) return typeOf(node.CreateEnumStmt.typeName);
  if ('CreateRangeStmt' in node) return typeOf(node.CreateRangeStmt.typeName);
  if ('CreateDomainStmt' in node) return typeOf(node.CreateDomainStmt.domainname);
  if (!('CreateSchemaStmt' in node)) return undefined;
  const { schemaname: name, if_not_exists } = node.CreateSchemaStmt;
  if (name === undefined) return undefined;
  return { kind: 'schema', schema: undefined, name, isConcurrent: false, isClaimed: !if_not_exists };
}

function relationOf(
  kind: MadeObject['kind'],
  relation: RangeVar | undefined,
  isClaimed: boolean,
): Creation | undefined {
  if (relation?.relname === undefined) return undefined;
  const { schemaname: schema, relname: name, relpersistence } = relation;
  const isTemporary = relpersistence === 't' || schema?.startsWith('pg_temp');
  return { kind, schema, name, isConcurrent: false, isClaimed: isClaimed && !isTemporary };
}

function indexOf({
  idxname: name,
  relation,
  concurrent,
  if_not_exists,
}: Of<'IndexStmt'>): Creation | undefined {
  if (name === undefined || relation?.relname === undefined) return undefined;
  const on = { schema: relation.schemaname, name: relation.relname };
  const isConcurrent = concurrent === true;
  return { kind: 'index', schema: undefined, name, on, isConcurrent, isClaimed: !if_not_exists };
}

function typeOf(names: Node[] | undefined): Creation | undefined {
  if (!names || names.length === 0) return undefined;
  return { kind: 'type', ...listName({ List: { items: names } }), isConcurrent: false, isClaimed: true };
}
