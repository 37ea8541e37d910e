import type { WrittenType } from '../../sql/effects/table-change';
import type { QualifiedName } from '../../sql/node-values';
import type { Named, Space } from './act';
import type { Address } from './address';

/** An object that a name leads to. */
export interface Entry {
  readonly space: Space;
  readonly schema: string | undefined;
  readonly name: string;
  /** The relation of a constraint, trigger, policy or rule. */
  readonly on?: Entry | undefined;
  readonly args?: readonly Pick<WrittenType, 'name' | 'isArray'>[] | undefined;
  /** Absent for what the scripts make themselves. */
  readonly address?: Address | undefined;
  /** PostgreSQL's letter for the kind of a relation. */
  readonly relkind?: string | undefined;
  /** What the statement calls it that makes it. */
  readonly label?: string;
}

const IN_SCHEMAS: readonly Space[] = ['relation', 'type', 'routine'];

/** What names mean while scripts run that make, rename, move and drop what bears them. */
export class CatalogNames {
  /** By {@link keyOf}: a script that drops thousands asks for each of them. */
  private readonly entries = new Map<string, Entry[]>();
  private path: readonly string[];

  constructor(
    entries: readonly Entry[],
    private readonly session: { readonly path: readonly string[]; readonly user: string },
    private readonly isGone: (address: Address) => boolean,
  ) {
    for (const entry of entries) this.add(entry);
    this.path = session.path;
  }

  /** The object as it is there at this moment. */
  find({ space, name, on, args }: Named): Entry | undefined {
    const there = this.sameName({ space, name: name.name }).filter(
      ({ address }) => !(address && this.isGone(address)),
    );
    if (on) {
      const relation = this.relation(on);
      return relation && there.find((entry) => entry.on && isSame(entry.on, relation));
    }
    if (!IN_SCHEMAS.includes(space)) return there[0];
    for (const schema of name.schema === undefined ? this.path : [name.schema]) {
      const inSchema = there.filter((entry) => entry.schema === schema);
      const found = space === 'routine' && args ? inSchema.find((each) => hasArgs(each, args)) : inSchema[0];
      if (found) return found;
    }
    return undefined;
  }

  relation(name: QualifiedName): Entry | undefined {
    return this.find({ space: 'relation', label: 'table', name });
  }

  create(named: Named): void {
    const { space, label, name, on, args } = named;
    // Made with OR REPLACE or IF NOT EXISTS, it is the one that was there.
    if (this.find(named)) return;
    const schema = IN_SCHEMAS.includes(space) ? (name.schema ?? this.path.find(isNoSystem)) : undefined;
    this.add({ space, schema, name: name.name, on: on && this.relation(on), args, label });
  }

  drop(entry: Entry): void {
    const left = this.sameName(entry).filter((each) => each !== entry);
    this.entries.set(keyOf(entry), left);
  }

  rename(named: Named, to: string): void {
    const entry = this.find(named);
    if (!entry) return;
    this.replace(entry, { ...entry, name: to });
    if (entry.space !== 'schema') return;
    for (const inside of this.all().filter(({ schema }) => schema === entry.name))
      this.replace(inside, { ...inside, schema: to });
  }

  move(named: Named, to: string): void {
    const entry = this.find(named);
    if (entry) this.replace(entry, { ...entry, schema: to });
  }

  /** @param path undefined is the one that the session began with. */
  setPath(path: readonly string[] | undefined): void {
    const named = path?.map((schema) => (schema === '$user' ? this.session.user : schema));
    // Searched first unless the path says otherwise.
    const system = named?.includes('pg_catalog') ? [] : ['pg_catalog'];
    this.path = named ? [...system, ...named] : this.session.path;
  }

  /** Whether the scripts leave something of their own in the place of what was there. */
  isMadeAgain(before: Entry): boolean {
    return this.sameName(before).some(
      (entry) =>
        !entry.address &&
        entry.schema === before.schema &&
        (!before.on || (entry.on !== undefined && isSame(entry.on, before.on))) &&
        (before.space !== 'routine' || hasArgs(entry, before.args ?? [])),
    );
  }

  private replace(before: Entry, after: Entry): void {
    const all = this.all();
    this.entries.clear();
    for (const each of all) {
      this.add(each === before ? after : each.on === before ? { ...each, on: after } : each);
    }
  }

  private sameName(name: Pick<Entry, 'space' | 'name'>): readonly Entry[] {
    return this.entries.get(keyOf(name)) ?? [];
  }

  private all(): Entry[] {
    return [...this.entries.values()].flat();
  }

  private add(entry: Entry): void {
    const same = this.entries.get(keyOf(entry));
    if (same) same.push(entry);
    else this.entries.set(keyOf(entry), [entry]);
  }
}

function keyOf({ space, name }: Pick<Entry, 'space' | 'name'>): string {
  return `${space} ${name}`;
}

function isNoSystem(schema: string): boolean {
  return !schema.startsWith('pg_');
}

function isSame(a: Entry, b: Entry): boolean {
  return a === b || (a.address !== undefined && a.address.oid === b.address?.oid);
}

function hasArgs({ args = [] }: Entry, wanted: readonly Pick<WrittenType, 'name' | 'isArray'>[]): boolean {
  return (
    args.length === wanted.length &&
    args.every(({ name, isArray }, at) => wanted[at]?.name === name && wanted[at]?.isArray === isArray)
  );
}
