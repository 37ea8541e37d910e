import { type ExpectedObject, nameSpaceOf, type ObjectKind, schemaOf, type Traits } from './expected-object';
import type { Name } from './names';
import { ObjectSet } from './object-set';
import { typeText } from './type-name';
import { Uses } from './uses';

/** Where a session keeps its temporary tables: what is there ends with the migration. */
export const TEMPORARY = 'pg_temp';

/**
 * The objects that migrations leave behind, followed statement by statement without a database: what must be there
 * at the end, and what must not be there any more.
 */
export class ExpectedSchema {
  readonly present = new ObjectSet();
  readonly gone = new Set<ExpectedObject>();
  searchPath: readonly string[];
  migration = '';
  statement = 0;
  private hasTemporary = false;

  constructor(private readonly defaultPath: readonly string[]) {
    this.searchPath = defaultPath;
  }

  beginMigration(tag: string): void {
    this.migration = tag;
    this.searchPath = this.defaultPath;
  }

  /** What the session kept for itself is gone. */
  endMigration(): void {
    if (!this.hasTemporary) return;
    this.hasTemporary = false;
    for (const objects of [this.present, this.gone]) {
      for (const object of objects) if (schemaOf(object) === TEMPORARY) objects.delete(object);
    }
  }

  /** The object of that name; without a schema, the first along the search path. */
  find(kind: ObjectKind, { schema, name }: Name): ExpectedObject | undefined {
    const path = schema === undefined ? [TEMPORARY, ...this.searchPath] : [schema];
    const space = nameSpaceOf(kind);
    const same: ExpectedObject[] = [];
    for (const object of this.present.named(name)) {
      if (!object.parent && nameSpaceOf(object.kind) === space) same.push(object);
    }
    if (kind === 'schema' || kind === 'extension') return same[0];
    for (const place of path) {
      const found = same.find((object) => object.schema === place);
      if (found) return found;
    }
    return undefined;
  }

  child(kind: ObjectKind, parent: ExpectedObject, name: string): ExpectedObject | undefined {
    for (const object of this.present.childrenOf(parent)) {
      if (object.name === name && object.kind === kind) return object;
    }
    return undefined;
  }

  childrenOf(parent: ExpectedObject): ExpectedObject[] {
    return [...this.present.childrenOf(parent)];
  }

  /** Adds an object of a schema, or gives a new shape to the one that was replaced. */
  add(kind: ObjectKind, { schema, name }: Name, traits: Traits = {}): ExpectedObject {
    const free = kind === 'schema' || kind === 'extension';
    const place = free ? undefined : (schema ?? this.searchPath[0] ?? 'public');
    return this.insert({ kind, name, schema: place, parent: undefined, traits });
  }

  addChild(kind: ObjectKind, parent: ExpectedObject, name: string, traits: Traits = {}): ExpectedObject {
    return this.insert({ kind, name, schema: undefined, parent, traits });
  }

  /** The object, or one made elsewhere of which nothing more is known than that a migration changes it. */
  ensure(kind: ObjectKind, name: Name): ExpectedObject {
    // An index or a sequence goes with a table, and nobody knows with which.
    const unnamed = kind === 'index' || kind === 'sequence';
    return this.find(kind, name) ?? this.add(kind, name, unnamed ? { unnamed } : {});
  }

  ensureChild(kind: ObjectKind, parent: ExpectedObject, name: string): ExpectedObject {
    return this.child(kind, parent, name) ?? this.addChild(kind, parent, name);
  }

  /** Notes that the statement at hand shaped the object. */
  touch(object: ExpectedObject): ExpectedObject {
    object.migration = this.migration;
    object.statement = this.statement;
    return object;
  }

  /** Notes what the statement at hand says of an object that is there; of the rest of it, it says nothing. */
  shape(object: ExpectedObject, traits: Traits): ExpectedObject {
    Object.assign(object.traits, traits);
    for (const key of Object.keys(traits)) object.since.set(key as keyof Traits, this.statement);
    return this.touch(object);
  }

  rename(object: ExpectedObject, change: { readonly name?: string; readonly schema?: string }): void {
    this.gone.add(this.touch({ ...object, traits: called(object), uses: new Set(), users: new Set() }));
    this.touch(object).formerNames = [...object.formerNames, object.name];
    if (change.schema !== undefined) object.schema = change.schema;
    if (change.name === undefined) return;
    object.traits = called(object);
    this.present.rename(object, change.name);
  }

  /** Moves an object to what must be gone. What depends on it is not expected any more, nor expected to be gone. */
  drop(object: ExpectedObject): void {
    this.forget(object);
    object.traits = called(object);
    this.gone.add(this.touch(object));
  }

  /** Something was dropped that no migration made: it must be gone all the same. */
  dropUnknown(kind: ObjectKind, { schema, name }: Name, parent?: ExpectedObject): void {
    const place = parent || kind === 'schema' || kind === 'extension' ? undefined : schema;
    const object = this.insert({
      ...{ kind, name, parent, traits: {} },
      schema: parent || place !== undefined ? place : this.searchPath[0],
    });
    this.drop(object);
  }

  forget(object: ExpectedObject): void {
    this.present.delete(object);
    for (const other of [...this.present.childrenOf(object), ...object.users]) {
      if (this.present.has(other)) this.forget(other);
    }
  }

  private insert(fields: Identity): ExpectedObject {
    const { name, parent } = fields;
    for (const there of parent ? this.present.childrenOf(parent) : this.present.named(name)) {
      if (!isSame(there, fields)) continue;
      there.traits = { ...there.traits, ...fields.traits };
      there.made = this.statement;
      return this.touch(there);
    }
    const object: ExpectedObject = {
      ...fields,
      ...{ migration: '', statement: 0, made: this.statement },
      ...{ since: new Map(), formerNames: [] },
      ...{ uses: new Uses(() => object), users: new Set() },
    };
    this.present.add(object);
    this.hasTemporary ||= object.schema === TEMPORARY;
    return this.touch(object);
  }
}

type Identity = Pick<ExpectedObject, 'kind' | 'name' | 'schema' | 'parent' | 'traits'>;

function isSame(a: Identity, b: Identity): boolean {
  const same = a.name === b.name && a.kind === b.kind && a.schema === b.schema && a.parent === b.parent;
  return same && (a.kind !== 'function' || argumentsText(a) === argumentsText(b));
}

/** A statement called the constraint by its name, so that no other name can be meant. */
function called({ kind, traits }: ExpectedObject): Traits {
  return kind === 'constraint' ? { ...traits, unnamed: false } : traits;
}

function argumentsText({ traits }: Identity): string | undefined {
  return traits.arguments?.map((type) => type && typeText(type)).join();
}
