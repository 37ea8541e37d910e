import type { DropStmt, Node } from 'libpg-query';
import { type WrittenType, writtenType } from '../../sql/effects/table-change';
import { listName, nameParts, type QualifiedName } from '../../sql/node-values';
import type { ActBody, Named, Space } from './act';

type Kind = NonNullable<DropStmt['removeType']>;

/** In which namespace the objects of a kind lie; those of other kinds can't be found by their name alone. */
const SPACES: Partial<Record<Kind, Space>> = {
  OBJECT_TABLE: 'relation',
  OBJECT_FOREIGN_TABLE: 'relation',
  OBJECT_VIEW: 'relation',
  OBJECT_MATVIEW: 'relation',
  OBJECT_SEQUENCE: 'relation',
  OBJECT_INDEX: 'relation',
  OBJECT_TYPE: 'type',
  OBJECT_DOMAIN: 'type',
  OBJECT_FUNCTION: 'routine',
  OBJECT_PROCEDURE: 'routine',
  OBJECT_ROUTINE: 'routine',
  OBJECT_AGGREGATE: 'routine',
  OBJECT_SCHEMA: 'schema',
  OBJECT_EXTENSION: 'extension',
  OBJECT_TABCONSTRAINT: 'constraint',
  OBJECT_TRIGGER: 'trigger',
  OBJECT_POLICY: 'policy',
  OBJECT_RULE: 'rule',
};

const LABELS: Partial<Record<Kind, string>> = {
  OBJECT_MATVIEW: 'materialized view',
  OBJECT_TABCONSTRAINT: 'constraint',
  OBJECT_FDW: 'foreign data wrapper',
  OBJECT_STATISTIC_EXT: 'statistics',
  OBJECT_TSCONFIGURATION: 'text search configuration',
  OBJECT_TSDICTIONARY: 'text search dictionary',
  OBJECT_TSPARSER: 'text search parser',
  OBJECT_TSTEMPLATE: 'text search template',
};

/** The relation that a part of it is named with. */
const ON_RELATION: ReadonlySet<Space> = new Set<Space>(['constraint', 'trigger', 'policy', 'rule']);

export function readDrop({ removeType = 'OBJECT_TABLE', objects = [], behavior }: DropStmt): ActBody {
  return {
    does: 'drop',
    objects: objects.map((object) => namedObject(removeType, object)),
    cascade: behavior === 'DROP_CASCADE',
  };
}

/** The object of a DROP, a rename or a move. */
export function namedObject(kind: Kind, object: Node): Named {
  const space = SPACES[kind] ?? 'other';
  const label = LABELS[kind] ?? kind.replace('OBJECT_', '').toLowerCase().replaceAll('_', ' ');
  const parts = nameParts(object);
  if (ON_RELATION.has(space)) {
    const on: QualifiedName = { schema: parts.at(-3), name: parts.at(-2) ?? '' };
    return { space, label, name: { schema: undefined, name: parts.at(-1) ?? '' }, on };
  }
  const args = argumentsOf(object);
  return { space, label, name: listName(object), ...(args && { args }) };
}

/** The same for a statement that names a relation in its own way. */
export function namedOn(space: Space, label: string, name: string, on?: QualifiedName): Named {
  return { space, label, name: { schema: undefined, name }, ...(on && { on }) };
}

function argumentsOf(object: Node): WrittenType[] | undefined {
  if (!('ObjectWithArgs' in object) || object.ObjectWithArgs.args_unspecified) return undefined;
  return (object.ObjectWithArgs.objargs ?? []).flatMap((type) =>
    'TypeName' in type ? writtenType(type.TypeName) : [],
  );
}
