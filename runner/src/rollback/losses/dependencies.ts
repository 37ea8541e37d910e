import type { Session } from '../../database/session';
import { type Address, CATALOG, keyOf, wholeKeyOf } from './address';

/** A row of pg_depend. */
export interface Dependency {
  readonly dependent: Address;
  readonly on: Address;
  /** PostgreSQL's letter: `n` goes only by CASCADE, everything else goes along. */
  readonly type: string;
}

/** How something goes: a statement names it, it depends on what goes, or it is a part of that. */
export type Way = 'named' | 'dependent' | 'part';

export interface Going {
  readonly address: Address;
  readonly way: Way;
}

/** What depends on what, followed as scripts drop it. */
export class Dependencies {
  private readonly byReferenced = new Map<string, Dependency[]>();
  private readonly owners = new Map<string, Dependency[]>();
  private readonly gone = new Set<string>();

  constructor(dependencies: readonly Dependency[]) {
    for (const dependency of dependencies) {
      push(this.byReferenced, wholeKeyOf(dependency.on), dependency);
      if (dependency.type === 'i' || dependency.type === 'e')
        push(this.owners, keyOf(dependency.dependent), dependency);
    }
  }

  isGone(address: Address): boolean {
    return this.gone.has(keyOf(address)) || this.gone.has(wholeKeyOf(address));
  }

  /** Takes away what PostgreSQL takes away, and gives it, with what was named first. */
  drop(roots: readonly Going[], cascade: boolean): Going[] {
    const going = new Map<string, Going>();
    const open = [...roots];
    for (let next = open.shift(); next; next = open.shift()) {
      const { address, way } = next;
      const before = going.get(keyOf(address));
      if (this.isGone(address)) continue;
      if (before) {
        // The default of a column that goes is no loss of its own, although it depends on the type that goes, too.
        if (before.way === 'dependent' && way === 'part') going.set(keyOf(address), next);
        continue;
      }
      going.set(keyOf(address), next);
      open.push(...this.following(address, cascade));
    }
    for (const key of going.keys()) this.gone.add(key);
    // A column of a relation that goes as a whole is no loss of its own.
    return [...going.values()].filter(({ address }) => address.part === 0 || !going.has(wholeKeyOf(address)));
  }

  /** Ends what one object has to do with others, for example a column with its former type. */
  detach(isEnded: (dependency: Dependency) => boolean): void {
    for (const map of [this.byReferenced, this.owners])
      for (const [key, list] of map)
        map.set(
          key,
          list.filter((each) => !isEnded(each)),
        );
  }

  /** The default of a column, which is put anew or taken away. */
  loseDefault(column: Address): void {
    for (const { dependent, on } of this.byReferenced.get(wholeKeyOf(column)) ?? []) {
      if (dependent.catalog === CATALOG.default && on.part === column.part) this.gone.add(keyOf(dependent));
    }
  }

  private following(address: Address, cascade: boolean): Going[] {
    const following: Going[] = [];
    for (const { dependent, on, type } of this.byReferenced.get(wholeKeyOf(address)) ?? []) {
      if (address.part !== 0 && on.part !== address.part) continue;
      if (type === 'n' && !cascade) continue;
      const way = type === 'n' ? 'dependent' : 'part';
      following.push({ address: dependent, way });
      // What belongs to something else takes that along: the rule of a view, a generated default, an extension's own.
      for (const owner of this.owners.get(keyOf(dependent)) ?? []) {
        if (keyOf(owner.on) !== keyOf(address)) following.push({ address: owner.on, way });
      }
    }
    return following;
  }
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

interface Row {
  readonly classid: number;
  readonly objid: number;
  readonly objsubid: number;
  readonly refclassid: number;
  readonly refobjid: number;
  readonly refobjsubid: number;
  readonly deptype: string;
}

/** Reads from pg_depend whatever hangs on some objects, directly or through others. */
export async function readDependencies(session: Session, roots: readonly Address[]): Promise<Dependency[]> {
  if (roots.length === 0) return [];
  const rows = await session.query<Row>(
    `with recursive reach (catalog, oid, part) as (
       select catalog::oid, oid, part from json_to_recordset($1::text::json) as r (catalog int8, oid oid, part int)
       union
       select next.* from reach r, lateral (
         select d.classid, d.objid, d.objsubid from pg_depend d
          where d.refclassid = r.catalog and d.refobjid = r.oid and (r.part = 0 or d.refobjsubid = r.part)
         union all
         select d.refclassid, d.refobjid, d.refobjsubid from pg_depend d
          where d.classid = r.catalog and d.objid = r.oid and d.objsubid = r.part and d.deptype in ('i', 'e')
       ) next
     )
     select distinct d.classid::int8::float8 as classid, d.objid::int8::float8 as objid, d.objsubid,
            d.refclassid::int8::float8 as refclassid, d.refobjid::int8::float8 as refobjid, d.refobjsubid, d.deptype::text as deptype
       from reach r join pg_depend d on d.refclassid = r.catalog and d.refobjid = r.oid`,
    [JSON.stringify(roots)],
  );
  return rows.map((row) => ({
    dependent: { catalog: row.classid, oid: row.objid, part: row.objsubid },
    on: { catalog: row.refclassid, oid: row.refobjid, part: row.refobjsubid },
    type: row.deptype,
  }));
}
