import { quoteIdentifier } from '../../../../runner/src/sql/quote';
import { literal } from './fact-names';
import type { IdentityKind, ObjectIdentity } from './object-identity';

type Place = Pick<ObjectIdentity, 'parent' | 'name'>;

/** Schemas first, because everything else is named by them; then what has members, then the members. */
const ORDER: readonly IdentityKind[] = [
  ...(['schema', 'table', 'view', 'materialized view', 'foreign table', 'sequence', 'index'] as const),
  ...(['type', 'domain', 'routine', 'column', 'attribute', 'enum value'] as const),
  ...(['constraint', 'domain constraint', 'trigger', 'policy', 'rule'] as const),
];

const KEYWORD: Partial<Record<IdentityKind, string>> = {
  table: 'TABLE',
  view: 'VIEW',
  'materialized view': 'MATERIALIZED VIEW',
  'foreign table': 'FOREIGN TABLE',
  sequence: 'SEQUENCE',
  index: 'INDEX',
  type: 'TYPE',
  domain: 'DOMAIN',
  routine: 'ROUTINE',
};

/** Relations and types share their names: each table has a row type. */
const SHARED = /^(?:table|view|materialized view|foreign table|sequence|index|type|domain)$/;
/** These follow their table into another schema. */
const FOLLOWS = /^(?:index)$/;
const LONGEST_NAME = 63;

/**
 * Gives the statements that give every object the name and the schema back that it had, told by what a rename keeps. A
 * new object that has taken such a name stands aside under another one.
 *
 * Never a guess: a dropped and an added column are two columns here.
 */
export function renameBack(before: readonly ObjectIdentity[], after: readonly ObjectIdentity[]): string[] {
  return new Renaming(before, after).statements();
}

class Renaming {
  private readonly wanted: ReadonlyMap<string, ObjectIdentity>;
  private readonly current: Map<string, ObjectIdentity>;
  private readonly pending: Set<string>;
  private readonly made: string[] = [];

  constructor(before: readonly ObjectIdentity[], after: readonly ObjectIdentity[]) {
    this.wanted = new Map(before.map((object) => [object.key, object]));
    this.current = new Map(after.map((object) => [object.key, object]));
    this.pending = new Set(after.filter((object) => this.isMoved(object)).map(({ key }) => key));
  }

  statements(): string[] {
    for (const kind of ORDER) {
      for (const key of [...this.pending].sort()) {
        if (this.current.get(key)?.kind === kind) this.restore(key, new Set());
      }
    }
    return this.made;
  }

  private isMoved({ key, kind, name, parent }: ObjectIdentity): boolean {
    const old = this.wanted.get(key);
    if (!old || old.kind !== kind) return false;
    return old.name !== name || (old.parent !== parent && !FOLLOWS.test(kind));
  }

  private restore(key: string, waiting: Set<string>): void {
    const wanted = this.wanted.get(key);
    if (!wanted || !this.pending.has(key)) return;
    const inTheWay = this.occupant(key, wanted);
    if (inTheWay !== undefined) {
      const canGo = this.pending.has(inTheWay) && !waiting.has(inTheWay) && inTheWay !== key;
      if (canGo) this.restore(inTheWay, new Set([...waiting, key]));
      if (this.occupant(key, wanted) !== undefined) this.setAside(inTheWay);
    }
    this.move(key, wanted);
    this.pending.delete(key);
  }

  private occupant(key: string, { kind, parent, name }: ObjectIdentity): string | undefined {
    if (kind === 'routine') return undefined;
    for (const [other, object] of this.current) {
      if (other === key || object.name !== name || object.parent !== parent) continue;
      if (object.kind === kind || (SHARED.test(kind) && SHARED.test(object.kind))) return other;
    }
    return undefined;
  }

  private setAside(key: string): void {
    const object = this.current.get(key);
    if (object) this.move(key, { parent: object.parent, name: asideName(object.name) });
  }

  private move(key: string, { parent, name }: Place): void {
    const object = this.current.get(key);
    if (!object) return;
    if (
      object.parent !== parent &&
      parent !== null &&
      !FOLLOWS.test(object.kind) &&
      object.parent?.startsWith('n')
    ) {
      const schema = this.current.get(parent);
      if (!schema) return;
      this.made.push(
        `ALTER ${KEYWORD[object.kind]} ${this.path(object)} SET SCHEMA ${quoteIdentifier(schema.name)}`,
      );
      this.current.set(key, { ...object, parent });
    }
    const moved = this.current.get(key) ?? object;
    if (moved.name === name) return;
    this.made.push(this.renaming(moved, name));
    this.current.set(key, { ...moved, name });
  }

  private renaming(object: ObjectIdentity, name: string): string {
    const [from, to] = [quoteIdentifier(object.name), quoteIdentifier(name)];
    const parent = object.parent === null ? undefined : this.current.get(object.parent);
    const owner = parent && this.path(parent);
    switch (object.kind) {
      case 'schema':
        return `ALTER SCHEMA ${from} RENAME TO ${to}`;
      case 'column':
        return `ALTER ${(parent && KEYWORD[parent.kind]) ?? 'TABLE'} ${owner} RENAME COLUMN ${from} TO ${to}`;
      case 'attribute':
        return `ALTER TYPE ${owner} RENAME ATTRIBUTE ${from} TO ${to} CASCADE`;
      case 'enum value':
        return `ALTER TYPE ${owner} RENAME VALUE ${literal(object.name)} TO ${literal(name)}`;
      case 'constraint':
        return `ALTER TABLE ${owner} RENAME CONSTRAINT ${from} TO ${to}`;
      case 'domain constraint':
        return `ALTER DOMAIN ${owner} RENAME CONSTRAINT ${from} TO ${to}`;
      case 'trigger':
      case 'policy':
      case 'rule':
        return `ALTER ${object.kind.toUpperCase()} ${from} ON ${owner} RENAME TO ${to}`;
      default:
        return `ALTER ${KEYWORD[object.kind]} ${this.path(object)} RENAME TO ${to}`;
    }
  }

  private path({ parent, name, signature }: ObjectIdentity): string {
    const schema = parent === null ? undefined : this.current.get(parent)?.name;
    const qualified = `${schema === undefined ? '' : `${quoteIdentifier(schema)}.`}${quoteIdentifier(name)}`;
    return signature === null ? qualified : `${qualified}(${signature})`;
  }
}

function asideName(name: string): string {
  const suffix = '__replaced';
  let kept = name;
  while (Buffer.byteLength(kept + suffix) > LONGEST_NAME) kept = [...kept].slice(0, -1).join('');
  return kept + suffix;
}
