import type { ExpectedObject } from './expected-object';

/** What an object depends on; each of these knows its users, so that they go with it. */
export class Uses extends Set<ExpectedObject> {
  constructor(private readonly owner: () => ExpectedObject) {
    super();
  }

  override add(object: ExpectedObject): this {
    object.users.add(this.owner());
    return super.add(object);
  }

  override delete(object: ExpectedObject): boolean {
    object.users.delete(this.owner());
    return super.delete(object);
  }
}
