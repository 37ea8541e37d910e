import type { DropStmt, Node } from 'libpg-query';
import { listName, nameParts, type QualifiedName } from '../node-values';
import { type EffectsCollector, nameText } from './effects';

type Kind = NonNullable<DropStmt['removeType']>;

/** Relations that are locked themselves when they are dropped, and what people call them. */
const RELATIONS: Partial<Record<Kind, string>> = {
  OBJECT_TABLE: 'table',
  OBJECT_FOREIGN_TABLE: 'foreign table',
  OBJECT_MATVIEW: 'materialized view',
  OBJECT_SEQUENCE: 'sequence',
  OBJECT_VIEW: 'view',
};

/** What else can't be had back by writing its definition again. */
const LOST: Partial<Record<Kind, string>> = {
  OBJECT_SCHEMA: 'schema',
  OBJECT_TYPE: 'type',
  OBJECT_DOMAIN: 'domain',
  OBJECT_EXTENSION: 'extension',
};

/** Named as part of a table: `name ON table`. */
const ON_TABLE: ReadonlySet<Kind> = new Set(['OBJECT_TRIGGER', 'OBJECT_RULE', 'OBJECT_POLICY'] as const);

export function dropEffects(
  { removeType, objects, behavior, concurrent }: DropStmt,
  effects: EffectsCollector,
): void {
  const kind: Kind = removeType ?? 'OBJECT_TABLE';
  const cascade = behavior === 'DROP_CASCADE';
  for (const object of objects ?? []) {
    const name = listName(object);
    const word = RELATIONS[kind] ?? LOST[kind];
    const what = `${word ?? kind.replace('OBJECT_', '').toLowerCase().replaceAll('_', ' ')} ${nameText(name)}`;
    // A view has no rows of its own; dropping it to make it anew is how views are changed.
    if (word && kind !== 'OBJECT_VIEW') {
      effects.destroy(cascade ? `${what} and what depends on it` : what, RELATIONS[kind] ? name : undefined);
    } else if (cascade) {
      effects.destroy(`what depends on ${what}`, RELATIONS[kind] ? name : undefined);
    }
    if (RELATIONS[kind]) effects.lock(name, 'ACCESS EXCLUSIVE');
    if (kind === 'OBJECT_TABLE') effects.tableChanges.push({ does: 'drop table', relation: name, cascade });
    if (ON_TABLE.has(kind)) effects.lock(tableOf(object), 'ACCESS EXCLUSIVE');
    if (kind === 'OBJECT_INDEX') {
      effects.lock(name, concurrent ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE', 'index');
    }
  }
}

/** The table of an object whose last part is the object's own name. */
export function tableOf(object: Node): QualifiedName {
  const parts = nameParts(object).slice(0, -1);
  return { schema: parts.at(-2), name: parts.at(-1) ?? '' };
}
