import type { FactBase } from '@supabase/pg-delta/core';
import type { QualifiedName } from '../../../../runner/src/sql/node-values';
import type { CatalogState } from './catalog-state';
import type { DataChange } from './data-changes';
import { shown } from './fact-names';
import type { ObjectIdentity } from './object-identity';
import type { HistoryPlace } from './own-facts';

/** Functions that change what is stored, beside those that the database has made itself. */
const WRITING = new Set([
  'lo_import',
  'lo_unlink',
  'lo_create',
  'lo_from_bytea',
  'lo_put',
  'lowrite',
  'query_to_xml',
]);
const RELATIONS = new Set(['table', 'foreign table', 'view']);

/**
 * The changes of rows that the way back does not undo by itself. It does undo rows of a table that the migration made,
 * and values of a column that it added; a table or a column that the migration itself drops has lost everything anyway.
 */
export function unrestoredData(
  changes: readonly DataChange[],
  before: CatalogState,
  after: CatalogState,
  place: HistoryPlace,
): DataChange[] {
  const [old, now] = [new Catalog(before.identities), new Catalog(after.identities)];
  return changes.filter((change) => {
    if (change.calls.length > 0)
      return change.calls.some((call) => mayWrite(call, before.facts, after.facts));
    if (change.table === undefined) return true;
    if (isHistory(change.table, place)) return false;
    const key = survivor(change.table, old, now);
    if (key === undefined) return false;
    const { columns } = change;
    return columns === undefined || columns.some((column) => isKept(key, column, old, now));
  });
}

/** Which migrations are applied is written down by who applies and undoes them. */
function isHistory({ schema, name }: QualifiedName, place: HistoryPlace): boolean {
  return name === place.table && (schema === undefined || schema === place.schema);
}

/** One line for the script. */
export function describeChange({ what, table, columns, line }: DataChange): string {
  const on = table ? ` on ${shown(table.schema ?? 'public', table.name)}` : '';
  const of = columns && columns.length > 0 ? ` (${columns.map((name) => `"${name}"`).join(', ')})` : '';
  const does = table ? 'changes rows' : 'may change rows';
  return `line ${line} of the migration ${does}: ${what}${on}${of}. Write here what undoes it, or SELECT 1; where nothing must, and take this line away.`;
}

/** What only adds rows takes none away. */
const ADDING = new Set(['INSERT', 'COPY']);

/** What such changes have taken away, for the head of the script. */
export function lostRows(changes: readonly DataChange[]): string[] {
  return [
    ...new Set(
      changes.flatMap(({ what, table, columns }) => {
        if (ADDING.has(what)) return [];
        if (!table) return `rows that the migration may have changed (${what})`;
        const name = shown(table.schema ?? 'public', table.name);
        if (columns && columns.length > 0)
          return columns.map((column) => `the values that ${name}."${column}" had`);
        return what === 'DELETE' || what === 'TRUNCATE'
          ? `the rows that ${what} took from ${name}`
          : `rows of ${name} as they were before ${what}`;
      }),
    ),
  ];
}

/** The table of that name, when it was there before and still is; it may have been renamed in between. */
function survivor(table: QualifiedName, old: Catalog, now: Catalog): string | undefined {
  const keys = [old.find(table), now.find(table)];
  return keys.find((key) => key !== undefined && old.has(key) && now.has(key));
}

function isKept(table: string, column: string, old: Catalog, now: Catalog): boolean {
  const keys = [old.column(table, column), now.column(table, column)];
  return keys.some((key) => key !== undefined && old.has(key) && now.has(key));
}

class Catalog {
  private readonly byKey: ReadonlyMap<string, ObjectIdentity>;

  constructor(private readonly objects: readonly ObjectIdentity[]) {
    this.byKey = new Map(objects.map((object) => [object.key, object]));
  }

  has(key: string): boolean {
    return this.byKey.has(key);
  }

  /** Without a schema, `public` comes first, then any other: the search path of the migration is not known here. */
  find({ schema, name }: QualifiedName): string | undefined {
    const found = this.objects.filter((object) => RELATIONS.has(object.kind) && object.name === name);
    const schemaOf = ({ parent }: ObjectIdentity) =>
      parent === null ? undefined : this.byKey.get(parent)?.name;
    if (schema !== undefined) return found.find((object) => schemaOf(object) === schema)?.key;
    return (found.find((object) => schemaOf(object) === 'public') ?? found[0])?.key;
  }

  column(table: string, name: string): string | undefined {
    return this.objects.find(
      (object) => object.kind === 'column' && object.parent === table && object.name === name,
    )?.key;
  }
}

function mayWrite({ name, schema }: QualifiedName, ...states: readonly FactBase[]): boolean {
  if (WRITING.has(name)) return true;
  return states.some((facts) =>
    facts.facts().some(({ id, payload }) => {
      if (id.kind !== 'function' || id.name !== name) return false;
      if (schema !== undefined && schema !== id.schema) return false;
      return !/^ ?(?:.*\s)?(?:IMMUTABLE|STABLE)\b/m.test(String(payload.def ?? '').split(/\bAS\b/)[0] ?? '');
    }),
  );
}
