import type { Constraint } from 'libpg-query';
import { columnsIn } from './columns-in';
import type { ExpectedObject, Traits } from './expected-object';
import type { ExpectedSchema } from './expected-schema';
import type { WrittenConstraint } from './merge-keys';
import { nameOfRelation, partsOfAll } from './names';

const LETTERS: Partial<Record<NonNullable<Constraint['contype']>, NonNullable<Traits['letter']>>> = {
  ...{
    CONSTR_PRIMARY: 'p',
    CONSTR_UNIQUE: 'u',
    CONSTR_FOREIGN: 'f',
    CONSTR_CHECK: 'c',
    CONSTR_EXCLUSION: 'x',
  },
};

const ENDINGS = { p: 'pkey', u: 'key', f: 'fkey', c: 'check', x: 'excl' } as const;

/** Adds what the catalog keeps as a constraint; NOT NULL and DEFAULT belong to their column. */
export function addConstraint(
  schema: ExpectedSchema,
  table: ExpectedObject,
  { constraint, column }: WrittenConstraint,
): void {
  const letter = constraint.contype && LETTERS[constraint.contype];
  if (!letter) return;
  const index =
    constraint.indexname === undefined
      ? undefined
      : schema.find('index', { schema: table.schema, name: constraint.indexname });
  const columns = index
    ? [...index.uses].filter(({ kind }) => kind === 'column')
    : columnsOf(schema, table, constraint, column);
  if (letter === 'p') for (const each of columns) schema.shape(each, { notNull: true });
  const name = constraint.conname ?? constraint.indexname;
  const added = schema.addChild('constraint', table, name ?? madeUpName(table, columns, letter), {
    ...{ letter, columns, unnamed: name === undefined },
    validated: constraint.skip_validation !== true,
  });
  for (const each of columns) added.uses.add(each);
  if (constraint.pktable) {
    const target = schema.find('table', nameOfRelation(constraint.pktable));
    if (target) for (const each of [target, ...keyOf(schema, target, constraint)]) added.uses.add(each);
  }
  // The index becomes the constraint's and takes its name.
  if (index) schema[index.name === name ? 'forget' : 'drop'](index);
}

/** The key that a foreign key points to, with its columns: it goes when one of these is dropped with CASCADE. */
function keyOf(schema: ExpectedSchema, target: ExpectedObject, { pk_attrs }: Constraint): ExpectedObject[] {
  const names = partsOfAll(pk_attrs);
  const keys = schema
    .childrenOf(target)
    .filter(({ traits }) => traits.letter === 'p' || traits.letter === 'u');
  // PostgreSQL takes the first that fits, in whatever order it has the columns.
  const key = keys.find(({ traits }) =>
    names.length === 0
      ? traits.letter === 'p'
      : traits.columns?.length === names.length &&
        traits.columns.every((column) => names.includes(column.name)),
  );
  const columns = key?.traits.columns ?? names.map((name) => schema.child('column', target, name));
  return [key, ...columns].filter((object) => object !== undefined);
}

function columnsOf(
  schema: ExpectedSchema,
  table: ExpectedObject,
  constraint: Constraint,
  column: ExpectedObject | undefined,
): ExpectedObject[] {
  if (constraint.contype === 'CONSTR_CHECK' || constraint.contype === 'CONSTR_EXCLUSION') {
    return columnsIn(schema, table, constraint);
  }
  const names = partsOfAll(constraint.keys ?? constraint.fk_attrs);
  if (names.length === 0) return column ? [column] : [];
  return names.map((name) => schema.child('column', table, name) ?? unknownColumn(schema, table, name));
}

/** A column that comes from elsewhere, for example through LIKE: it must be there, more is not known. */
function unknownColumn(schema: ExpectedSchema, table: ExpectedObject, name: string): ExpectedObject {
  return schema.addChild('column', table, name);
}

function madeUpName(
  table: ExpectedObject,
  columns: readonly ExpectedObject[],
  letter: keyof typeof ENDINGS,
): string {
  const middle = letter === 'p' ? [] : columns.map(({ name }) => name);
  return [table.name, ...middle, ENDINGS[letter]].join('_');
}
