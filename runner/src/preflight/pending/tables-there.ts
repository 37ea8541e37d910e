import type { Session } from '../../database/session';
import type { CreatedType, TableChange, TypeChange, WrittenType } from '../../sql/effects/table-change';
import { type ForeignKey, readColumns, readForeignKeys, readTypeFacts, readTypes } from './read-tables';
import type { Relation } from './resolve-relations';
import { type ColumnType, losesValues, rewritesRows, type TypeFacts } from './type-change';

/** What a change of one table means, that only the catalog can tell. */
export interface Consequence {
  /** Other tables that are closed to everybody, because a foreign key leads to them. */
  readonly closes: readonly Relation[];
  readonly rewrites: boolean;
}

/** The tables as they are before the pending statements, followed through these. */
export class TablesThere {
  /** The columns that pending statements make: they hold nothing yet. */
  private readonly own = new Map<string, ColumnType | undefined>();
  private readonly created = new Map<string, CreatedType>();

  private constructor(
    /** By oid of the table and name; undefined is a type of which nothing is known. */
    private readonly columns: Map<string, Map<string, ColumnType | undefined>>,
    private foreignKeys: readonly ForeignKey[],
    private readonly resolve: (type: WrittenType) => ColumnType | undefined,
    private readonly facts: TypeFacts | undefined,
  ) {}

  static async read(
    session: Session,
    oids: readonly string[],
    changes: readonly TableChange[],
  ): Promise<TablesThere> {
    const types = changes.flatMap((change) => ('type' in change && change.type ? [change.type] : []));
    const retypes = changes.some(({ does }) => does === 'change type');
    const removes = changes.some(({ does }) => does !== 'add column' && does !== 'rename column');
    return new TablesThere(
      oids.length > 0 ? await readColumns(session, oids) : new Map(),
      removes ? await readForeignKeys(session) : [],
      retypes ? await readTypes(session, types) : () => undefined,
      retypes ? await readTypeFacts(session) : undefined,
    );
  }

  /** Whether the table had one of the columns before, whatever it is called now. */
  hasAny(oid: string, columns: readonly string[]): boolean {
    return columns.some((column) => this.columns.get(oid)?.has(column));
  }

  loses(oid: string, { column, type, by }: TypeChange): boolean {
    if (!this.hasAny(oid, [column])) return false;
    const from = this.columns.get(oid)?.get(column);
    const to = this.typeOf(type);
    return !from || !to || losesValues(from, to, by);
  }

  create(types: readonly CreatedType[]): void {
    for (const type of types) this.created.set(type.name, type);
  }

  apply(oid: string, change: TableChange): Consequence {
    const closes = this.closedBy(oid, change);
    const rewrites = change.does === 'change type' && this.rewrites(oid, change);
    this.follow(oid, change);
    return { closes, rewrites };
  }

  private rewrites(oid: string, { column, type, by }: TypeChange): boolean {
    const from = this.columns.get(oid)?.get(column) ?? this.own.get(`${oid} ${column}`);
    const to = this.typeOf(type);
    return this.facts !== undefined && from !== undefined && to !== undefined
      ? rewritesRows(from, to, by, this.facts)
      : false;
  }

  private follow(oid: string, change: TableChange): void {
    const columns = this.columns.get(oid);
    switch (change.does) {
      case 'add column':
        this.own.set(`${oid} ${change.column}`, change.type && this.typeOf(change.type));
        break;
      case 'change type':
        if (columns?.has(change.column)) columns.set(change.column, this.typeOf(change.type));
        else this.own.set(`${oid} ${change.column}`, this.typeOf(change.type));
        break;
      case 'drop column':
        columns?.delete(change.column);
        break;
      case 'rename column':
        this.foreignKeys = this.foreignKeys.map((key) => renamed(key, oid, change.column, change.to));
        if (!columns?.has(change.column)) break;
        columns.set(change.to, columns.get(change.column));
        columns.delete(change.column);
        break;
      default:
    }
  }

  /** A type that a pending statement makes is none of those that the catalog has under that name. */
  private typeOf(written: WrittenType): ColumnType | undefined {
    const own = this.created.get(written.name);
    if (!own) return this.resolve(written);
    const { name, isArray } = written;
    return own.isEnum ? { oid: `own ${name}`, name, kind: 'e', isArray, modifiers: [] } : undefined;
  }

  /** PostgreSQL locks both tables of a foreign key to remove its triggers. */
  private closedBy(oid: string, change: TableChange): Relation[] {
    const touched = this.foreignKeys.filter((key) => concerns(key, oid, change));
    if (change.does !== 'change type' && change.does !== 'truncate')
      this.foreignKeys = this.foreignKeys.filter((key) => !touched.includes(key));
    const closed = new Map(touched.flatMap(({ from, to }) => [from, to]).map((each) => [each.oid, each]));
    if (change.does === 'truncate') this.addReferring(closed);
    closed.delete(oid);
    return [...closed.values()];
  }

  /** TRUNCATE … CASCADE empties the tables that refer to the table, and those that refer to these. */
  private addReferring(closed: Map<string, Relation>): void {
    for (const { oid } of closed.values())
      for (const { from, to } of this.foreignKeys) if (to.oid === oid) closed.set(from.oid, from);
  }
}

function renamed(key: ForeignKey, oid: string, column: string, to: string): ForeignKey {
  const change = (table: Relation, names: readonly string[]) =>
    table.oid === oid ? names.map((name) => (name === column ? to : name)) : names;
  return {
    ...key,
    columns: change(key.from, key.columns),
    referenced: change(key.to, key.referenced),
  };
}

/** Whether the change removes the foreign key, or makes it anew. */
function concerns({ from, to, ...key }: ForeignKey, oid: string, change: TableChange): boolean {
  const isFrom = from.oid === oid;
  const isTo = to.oid === oid;
  switch (change.does) {
    case 'drop table':
      return isFrom || (isTo && change.cascade);
    case 'truncate':
      return isTo && change.cascade;
    case 'drop constraint':
      return (
        (isFrom && key.name === change.constraint) ||
        (isTo && change.cascade && key.key === change.constraint)
      );
    case 'drop column':
      return (
        (isFrom && key.columns.includes(change.column)) ||
        (isTo && change.cascade && key.referenced.includes(change.column))
      );
    case 'change type':
      return (
        (isFrom && key.columns.includes(change.column)) || (isTo && key.referenced.includes(change.column))
      );
    default:
      return false;
  }
}
