import type { Act } from './act';
import { type Address, keyOf, relationAddress } from './address';
import { CatalogNames, type Entry } from './catalog-names';
import { Dependencies, type Dependency, type Going } from './dependencies';
import type { Draft } from './draft';
import type { Column, TablesFacts } from './read-columns';
import type { NamesThere } from './read-names';

/** The database while the scripts are followed. */
export class Scene {
  readonly dependencies: Dependencies;
  readonly names: CatalogNames;
  /** By oid and name, as the scripts leave them. */
  readonly columns: Map<number, Map<string, Column>>;
  /** Oids of the tables directly below one, as the scripts leave them. */
  private readonly children: Map<number, readonly number[]>;
  readonly drafts: Draft[] = [];
  /** Everything that was dropped by name. */
  readonly roots: Address[] = [];
  private readonly before: ReadonlyMap<string, Entry>;
  private readonly noted = new Set<string>();

  constructor(
    there: NamesThere,
    readonly tables: TablesFacts,
    dependencies: readonly Dependency[],
  ) {
    this.dependencies = new Dependencies(dependencies);
    this.names = new CatalogNames(there.entries, there, (address) => this.dependencies.isGone(address));
    this.columns = new Map([...tables.columns].map(([oid, columns]) => [oid, new Map(columns)]));
    this.children = new Map(tables.children);
    this.before = new Map(
      there.entries.flatMap((entry) => (entry.address ? [[keyOf(entry.address), entry] as const] : [])),
    );
  }

  /** Notes each loss once, however many statements lead to it. */
  note(draft: Draft): void {
    const { kind, address, what, counting } = draft;
    const statement = counting?.by === 'plan' ? counting.statement : '';
    const key = [kind, address && keyOf(address), what, statement].join(' ');
    if (this.noted.has(key)) return;
    this.noted.add(key);
    this.drafts.push({ ...draft, entry: address && this.entryOf(address) });
  }

  /** What a name led to before the scripts began. */
  entryOf(address: Address): Entry | undefined {
    return this.before.get(keyOf(address));
  }

  /** The column of a relation that was there before; undefined for what the scripts add. */
  column(oid: number, name: string): Required<Column> | undefined {
    const column = this.columns.get(oid)?.get(name);
    return column?.number === undefined ? undefined : { ...column, number: column.number };
  }

  /** The tables below one, however deep. */
  below(oid: number): number[] {
    return (this.children.get(oid) ?? [])
      .filter((child) => !this.dependencies.isGone(relationAddress(child)))
      .flatMap((child) => [child, ...this.below(child)]);
  }

  /** Ends that one table is a partition of another, or inherits from it. */
  detach(parent: Address, child: Address): void {
    const left = (this.children.get(parent.oid) ?? []).filter((oid) => oid !== child.oid);
    this.children.set(parent.oid, left);
    this.dependencies.detach(
      ({ dependent, on }) =>
        dependent.catalog === child.catalog && dependent.oid === child.oid && on.oid === parent.oid,
    );
  }

  /** Drops objects together, as one statement does, and notes what is lost. */
  drop(roots: readonly Going[], cascade: boolean, { migration, command }: Act): void {
    this.roots.push(...roots.map(({ address }) => address));
    for (const { address, way } of this.dependencies.drop(roots, cascade)) {
      const via = way === 'named' ? {} : { via: command };
      this.note({ kind: 'object', address, way, migration, ...via });
    }
  }
}
