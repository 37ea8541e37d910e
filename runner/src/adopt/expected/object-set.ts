import type { ExpectedObject } from './expected-object';

/** Objects in the order of their making, found by name or by table without a look at all of them. */
export class ObjectSet extends Set<ExpectedObject> {
  private readonly byName = new Map<string, Set<ExpectedObject>>();
  private readonly byParent = new Map<ExpectedObject, Set<ExpectedObject>>();

  override add(object: ExpectedObject): this {
    put(this.byName, object.name, object);
    if (object.parent) put(this.byParent, object.parent, object);
    return super.add(object);
  }

  override delete(object: ExpectedObject): boolean {
    this.byName.get(object.name)?.delete(object);
    if (object.parent) this.byParent.get(object.parent)?.delete(object);
    return super.delete(object);
  }

  named(name: string): Iterable<ExpectedObject> {
    return this.byName.get(name) ?? [];
  }

  childrenOf(parent: ExpectedObject): Iterable<ExpectedObject> {
    return this.byParent.get(parent) ?? [];
  }

  /** The one way to change a name of what is in the set. */
  rename(object: ExpectedObject, name: string): void {
    this.byName.get(object.name)?.delete(object);
    object.name = name;
    put(this.byName, name, object);
  }
}

function put<Key>(index: Map<Key, Set<ExpectedObject>>, key: Key, object: ExpectedObject): void {
  const found = index.get(key);
  if (found) found.add(object);
  else index.set(key, new Set([object]));
}
