/**
 * Reads an object field by field, and `end` fails for what nobody read: a new field of the manifests must not go
 * untested in silence.
 */
export class Fields {
  private readonly object: Readonly<Record<string, unknown>>;
  private readonly read = new Set<string>();

  constructor(
    private readonly path: string,
    object: unknown,
  ) {
    this.object = (object ?? {}) as Record<string, unknown>;
  }

  take<T>(name: string): T | undefined {
    this.read.add(name);
    return this.object[name] as T | undefined;
  }

  /** A field that must be there. */
  need<T>(name: string): T {
    const value = this.take<T>(name);
    if (value === undefined) throw new Error(`${this.path}.${name} is missing`);
    return value;
  }

  /** An object in the object; empty when it is absent. */
  inner(name: string): Fields {
    return new Fields(`${this.path}.${name}`, this.take(name));
  }

  has(name: string): boolean {
    return this.object[name] !== undefined;
  }

  list(name: string): Fields[] {
    const items = this.take<unknown[]>(name) ?? [];
    return items.map((item, index) => new Fields(`${this.path}.${name}[${index}]`, item));
  }

  /** Fields that have no counterpart here, each with the reason. */
  skip(reasons: Readonly<Record<string, string>>): void {
    for (const name of Object.keys(reasons)) this.read.add(name);
  }

  /** A field that may have only this value, because nothing else was thought of. */
  only(name: string, value: unknown): void {
    const given = this.take(name);
    if (given !== undefined && given !== value) this.fail(name, given);
  }

  end(): void {
    const unread = Object.keys(this.object).find((name) => !this.read.has(name));
    if (unread !== undefined) this.fail(unread, this.object[unread]);
  }

  private fail(name: string, value: unknown): never {
    throw new Error(
      `the container test does not know ${this.path}.${name} = ${JSON.stringify(value)}; teach it in test/container/support`,
    );
  }
}
