import type { ExpectedObject } from './expected-object';
import type { ExpectedSchema } from './expected-schema';
import { nameOfRelation } from './names';

/** The table's columns that a part of a parse tree mentions: dropping one drops what mentions it. */
export function columnsIn(schema: ExpectedSchema, table: ExpectedObject, tree: unknown): ExpectedObject[] {
  const names = new Set<string>();
  let all = false;
  walk(tree, (key, value) => {
    const fields = value as { fields?: { String?: { sval?: string }; A_Star?: object }[]; name?: string };
    const last = fields.fields?.at(-1);
    if (key === 'ColumnRef') names.add(last?.String?.sval ?? '');
    all ||= key === 'ColumnRef' && last?.A_Star !== undefined;
    if (key === 'IndexElem' && fields.name !== undefined) names.add(fields.name);
  });
  return schema.childrenOf(table).filter(({ kind, name }) => kind === 'column' && (all || names.has(name)));
}

/** The known relations and functions that a query reads. */
export function usedIn(schema: ExpectedSchema, tree: unknown): ExpectedObject[] {
  const used: (ExpectedObject | undefined)[] = [];
  walk(tree, (key, value) => {
    if (key === 'RangeVar') used.push(schema.find('table', nameOfRelation(value as object)));
    if (key === 'FuncCall') {
      const parts = (value as { funcname?: { String?: { sval?: string } }[] }).funcname?.map(
        (part) => part.String?.sval,
      );
      used.push(schema.find('function', { schema: parts?.at(-2), name: parts?.at(-1) ?? '' }));
    }
  });
  return used.filter((object) => object !== undefined);
}

function walk(tree: unknown, visit: (key: string, value: object) => void): void {
  if (typeof tree !== 'object' || tree === null) return;
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) visit(key, value);
    walk(value, visit);
  }
}
