import { quoteIdentifier } from '../../../../runner/src/sql/quote';
import type { CatalogState } from './catalog-state';
import { isColumn, ownerOf, qualified, shownColumn } from './fact-names';
import type { ObjectIdentity } from './object-identity';
import { type Step, step } from './step';

/** A sequence that was there before, and would go with the new column that owns it now, as when a table is made anew. */
export function detachSequences(before: CatalogState, after: CatalogState): Step[] {
  const old = new Set(before.identities.map(({ key }) => key));
  const names = new Names(after.identities);
  return after.facts.facts().flatMap((fact) => {
    const { id } = fact;
    const owner = ownerOf(fact);
    if (id.kind !== 'sequence' || !owner) return [];
    const sequence = names.relation(id.schema, id.name);
    const table = names.relation(owner.schema, owner.table);
    const column = table && names.member(table, owner.column);
    if (!sequence || !old.has(sequence) || !column || old.has(column)) return [];
    const sql = `ALTER SEQUENCE ${qualified(id.schema, id.name)} OWNED BY NONE`;
    return [step(sql, 'It stays, with its position, when what owns it now is dropped.')];
  });
}

/** A column that the migration made a generated one in the place of a plain one: its rows have values to go on with. */
export function dropExpressions(before: CatalogState, after: CatalogState): Step[] {
  return before.facts
    .facts()
    .filter(isColumn)
    .flatMap(({ id, payload }) => {
      const now = after.facts.get(id)?.payload;
      if (payload.generatedExpr != null || now?.generatedExpr == null) return [];
      // Nothing is stored of it, so that PostgreSQL has nothing to keep.
      if (after.virtual.has(shownColumn(id))) return [];
      const { schema, table, name } = id;
      const sql = `ALTER TABLE ${qualified(schema, table)} ALTER COLUMN ${quoteIdentifier(name)} DROP EXPRESSION`;
      return [step(sql, 'Rows keep the values that were computed.')];
    });
}

/** Finds the keys of objects by their names. */
class Names {
  private readonly keys: ReadonlyMap<string, string>;

  constructor(objects: readonly ObjectIdentity[]) {
    this.keys = new Map(
      objects.map(({ kind, key, parent, name }) => [nameOf(kind === 'column', parent, name), key]),
    );
  }

  relation(schema: string, name: string): string | undefined {
    const parent = this.keys.get(nameOf(false, null, schema));
    return parent && this.keys.get(nameOf(false, parent, name));
  }

  member(table: string, name: string): string | undefined {
    return this.keys.get(nameOf(true, table, name));
  }
}

function nameOf(isColumn: boolean, parent: string | null, name: string): string {
  return JSON.stringify([isColumn, parent, name]);
}
