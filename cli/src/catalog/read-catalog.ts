import type postgres from 'postgres';
import { type Catalog, type CatalogObject, type Facts, labelOf } from './catalog-object';
import { COLUMN_QUERIES, columnOrderQuery } from './queries/columns';
import { DATABASE_QUERIES } from './queries/database-wide';
import { HISTORY_QUERIES } from './queries/history';
import { objectsQuery } from './queries/objects';
import { OPERATOR_QUERIES } from './queries/operators';
import { RELATION_QUERIES } from './queries/relations';
import { RIGHT_QUERIES } from './queries/rights';
import { ROUTINE_QUERIES } from './queries/routines';
import { PART_QUERIES } from './queries/table-parts';
import { TYPE_QUERIES } from './queries/types';
import { type HistoryPlace, readScope } from './scope';

const FACT_QUERIES = [
  ...[...RELATION_QUERIES, ...COLUMN_QUERIES, ...PART_QUERIES, ...TYPE_QUERIES, ...ROUTINE_QUERIES],
  ...[...OPERATOR_QUERIES, ...DATABASE_QUERIES, ...RIGHT_QUERIES, ...HISTORY_QUERIES],
];

/** Everything that changes how the server writes a definition down. */
const SETTINGS = [
  `search_path = ''`,
  ...[`datestyle = 'ISO, YMD'`, `intervalstyle = 'postgres'`, `timezone = 'UTC'`, `bytea_output = 'hex'`],
  ...[`extra_float_digits = 1`, `quote_all_identifiers = off`, `standard_conforming_strings = on`],
  ...[`lc_monetary = 'C'`, `lc_numeric = 'C'`, `xmloption = 'content'`, `row_security = off`],
  // A catalog is read in milliseconds; to compile its queries takes longer.
  ...[`jit = off`, `statement_timeout = 0`],
];

interface ObjectKey {
  readonly class: number;
  readonly id: number;
  readonly sub: number;
}

interface ObjectRow extends ObjectKey {
  readonly kind: string;
  readonly name: string;
  readonly parent_class: number | null;
  readonly parent: number | null;
  /** Quoted; null where the object is in no schema, or that follows from its parent. */
  readonly schema: string | null;
}

interface FactRow extends ObjectKey {
  readonly facts?: Facts;
  readonly columns?: readonly string[];
  readonly kind?: string | null;
  readonly name?: string | null;
}

const keyOf = ({ class: catalog, id, sub }: ObjectKey) => `${catalog}/${id}/${sub}`;

/**
 * Reads all objects of a database as they are at one moment, described so that two catalogs can be compared: without
 * oids, column numbers and made-up names. Left out are the server's own objects, members of extensions, what belongs to
 * the history of migrations, rows, and what belongs to the whole server (roles, tablespaces, other databases).
 */
export async function readCatalog(sql: postgres.Sql, history: HistoryPlace): Promise<Catalog> {
  return sql.begin('isolation level repeatable read, read only', (transaction) =>
    readCatalogWithin(transaction, history),
  );
}

/** The same as a transaction sees it; it leaves the settings of that transaction changed. */
export async function readCatalogWithin(
  transaction: postgres.TransactionSql,
  history: HistoryPlace,
): Promise<Catalog> {
  await transaction.unsafe(SETTINGS.map((setting) => `set local ${setting}`).join(';'));
  const scope = await readScope(transaction, history);
  const queries = [objectsQuery, columnOrderQuery, ...FACT_QUERIES].map((query) => query(scope));
  const [objects = [], ...facts] = await Promise.all(queries.map((text) => transaction.unsafe(text)));
  return describe(objects as unknown as ObjectRow[], (facts as unknown as FactRow[][]).flat());
}

function describe(objects: readonly ObjectRow[], facts: readonly FactRow[]): Catalog {
  const rows = new Map<string, ObjectRow>(objects.map((row) => [keyOf(row), row]));
  const known = new Map<string, { facts: Record<string, Facts[string]>; columns?: readonly string[] }>();
  for (const row of facts) {
    const key = keyOf(row);
    // An object that is told only because of a fact: the server's own with other privileges than at first.
    if (!rows.has(key) && row.kind && row.name) {
      rows.set(key, {
        ...row,
        kind: row.kind,
        name: row.name,
        parent_class: null,
        parent: null,
        schema: null,
      });
    }
    const entry = known.get(key) ?? { facts: {} };
    Object.assign(entry.facts, row.facts);
    known.set(key, row.columns ? { ...entry, columns: row.columns } : entry);
  }
  const described = [...rows].map(([key, row]): CatalogObject => {
    const { facts: own = {}, columns } = known.get(key) ?? {};
    const parent = rows.get(keyOf({ class: row.parent_class ?? 0, id: row.parent ?? 0, sub: 0 }));
    return {
      ...{ kind: row.kind, name: row.name, facts: own },
      ...(columns && { columns }),
      ...partOf(row, parent),
    };
  });
  return described.sort((a, b) => compareText(labelOf(a), labelOf(b)));
}

function partOf({ kind, schema }: ObjectRow, parent: ObjectRow | undefined): Pick<CatalogObject, 'partOf'> {
  if (parent) return { partOf: labelOf(parent) };
  return schema === null || kind === 'schema' ? {} : { partOf: labelOf({ kind: 'schema', name: schema }) };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
