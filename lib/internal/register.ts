import type { IConstruct } from 'constructs';

/**
 * Remembers constructs by a key, so that a validation finds those of its chart without a walk over the whole chart: with
 * one walk for each construct, the time of a synth grows with the square of their number.
 */
export class Register<T extends IConstruct> {
  private readonly byScope = new WeakMap<IConstruct, Map<string, T[]>>();

  add(construct: T, key: string): void {
    for (const scope of construct.node.scopes) {
      const byKey = this.byScope.get(scope) ?? new Map<string, T[]>();
      this.byScope.set(scope, byKey);
      const known = byKey.get(key);
      if (known) known.push(construct);
      else byKey.set(key, [construct]);
    }
  }

  /** Those of the key that stand below `scope`, in the order in which they were made. */
  within(scope: IConstruct, key: string): T[] {
    return (this.byScope.get(scope)?.get(key) ?? []).filter(isStillThere);
  }
}

/** `tryRemoveChild` tells nobody. */
function isStillThere(construct: IConstruct): boolean {
  return construct.node.scopes.every(({ node }, depth, scopes) => {
    const child = scopes[depth + 1];
    return child === undefined || node.tryFindChild(child.node.id) === child;
  });
}
