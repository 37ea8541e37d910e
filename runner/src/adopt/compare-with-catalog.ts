import type { ExpectedObject } from './expected/expected-object';
import { schemaOf, type TraitKey, vouchedSince } from './expected/expected-object';
import { type ExpectedType, typeText } from './expected/type-name';
import { type Catalog, type CatalogConstraint, keyOf } from './read-catalog';

export interface Comparison {
  readonly there: boolean;
  /** What is not as the migrations leave it, where the object is there. */
  readonly differences?: readonly Difference[];
}

export interface Difference {
  readonly text: string;
  /** Number of the statement that left it otherwise. */
  readonly since: number;
}

/** The text where it differs; what no statement spoke of since the object was made is as old as the object. */
function difference(
  object: ExpectedObject,
  key: TraitKey,
  text: string | false | undefined,
): readonly Difference[] {
  return text ? [{ text, since: vouchedSince(object, key) }] : [];
}

const RELATION_KINDS: Readonly<Record<string, string>> = {
  table: 'rpf',
  view: 'v',
  'materialized view': 'm',
  sequence: 'S',
  index: 'iI',
};

const LETTERS: Readonly<Record<string, string>> = {
  ...{
    p: 'primary key',
    u: 'unique constraint',
    f: 'foreign key',
    c: 'check constraint',
    x: 'exclusion constraint',
  },
};

/** Whether the catalog has the object, and as the migrations leave it. */
export function compareWithCatalog(catalog: Catalog, object: ExpectedObject): Comparison {
  const { kind, name, parent, traits } = object;
  const place = schemaOf(object);
  const key = keyOf(place, name);
  switch (kind) {
    case 'schema':
      return { there: catalog.schemas.has(name) };
    case 'extension':
      return { there: catalog.extensions.has(name) };
    case 'type':
      return {
        there: catalog.types.has(key),
        differences: labelDifferences(object, catalog.types.get(key) ?? []),
      };
    case 'function':
      return { there: hasFunction(catalog, object, catalog.functions.get(key) ?? []) };
    case 'trigger':
      return { there: catalog.triggers.has(keyOf(place, parent?.name, name)) };
    case 'policy':
      return { there: catalog.policies.has(keyOf(place, parent?.name, name)) };
    case 'constraint':
      return compareConstraint(catalog.constraints.get(keyOf(place, parent?.name)) ?? [], object);
    case 'column':
      return compareColumn(catalog, object, keyOf(place, parent?.name, name));
    default: {
      const relation = catalog.relations.get(key);
      if (!relation || !RELATION_KINDS[kind]?.includes(relation.kind)) return { there: false };
      if (catalog.validIndexes.get(key) === false)
        return {
          there: true,
          differences: [{ text: 'invalid: its build was interrupted', since: object.made }],
        };
      const secured = traits.rowSecurity === undefined || traits.rowSecurity === relation.rowSecurity;
      const text = `row level security is ${traits.rowSecurity ? 'off' : 'on'}`;
      return { there: true, differences: difference(object, 'rowSecurity', !secured && text) };
    }
  }
}

function compareColumn(catalog: Catalog, object: ExpectedObject, key: string): Comparison {
  const column = catalog.columns.get(key);
  if (!column) return { there: false };
  const { type, notNull, hasDefault } = object.traits;
  const oid = type && catalog.typeOids.get(typeText(type));
  const otherType =
    type &&
    oid !== undefined &&
    (oid !== column.type || !sameModifiers(type, column.typeText)) &&
    `its type is ${column.typeText}, not ${readable(type)}`;
  const otherNull =
    notNull !== undefined && notNull !== column.notNull && (notNull ? 'not NOT NULL' : 'NOT NULL');
  const otherDefault =
    hasDefault !== undefined &&
    hasDefault !== column.hasDefault &&
    (hasDefault ? 'without its default' : 'with a default');
  return {
    there: true,
    differences: [
      ...difference(object, 'type', otherType),
      ...difference(object, 'notNull', otherNull),
      ...difference(object, 'hasDefault', otherDefault),
    ],
  };
}

function sameModifiers({ modifiers }: ExpectedType, text: string): boolean {
  if (modifiers === undefined) return true;
  const found = (/\(([^)]*)\)/.exec(text)?.[1]?.split(',') ?? []).map(Number);
  // A numeric without a scale has the scale 0.
  const expected = modifiers.length === 1 && found.length === 2 ? [...modifiers, 0] : modifiers;
  return found.join() === expected.join();
}

function readable(type: ExpectedType): string {
  const modifiers = type.modifiers?.length ? `(${type.modifiers.join(',')})` : '';
  return typeText(type)
    .replace(/"pg_catalog"\.|"/g, '')
    .replace(/(\[\])?$/, `${modifiers}$1`);
}

function compareConstraint(found: readonly CatalogConstraint[], object: ExpectedObject): Comparison {
  const { name, traits } = object;
  const { letter, unnamed, columns = [], validated } = traits;
  const names = columns.map((column) => column.name);
  const constraint =
    found.find((each) => each.name === name) ??
    // A name that PostgreSQL made up can be another one; a check can't be told apart without it.
    (unnamed && letter && (letter === 'c' || letter === 'x')
      ? found.find((each) => each.letter === letter)
      : unnamed &&
        found.find((each) => each.letter === letter && each.columns.join('\n') === names.join('\n')));
  if (!constraint) return { there: false };
  if (letter && constraint.letter !== letter)
    return { there: true, differences: difference(object, 'letter', `not a ${LETTERS[letter]}`) };
  const invalid = validated && !constraint.validated && 'not validated';
  return { there: true, differences: difference(object, 'validated', invalid) };
}

function labelDifferences(object: ExpectedObject, found: readonly string[]): readonly Difference[] {
  const { labels, labelsComplete } = object.traits;
  if (!labels) return [];
  const missing = labels.filter((label) => !found.includes(label));
  const more = labelsComplete ? found.filter((label) => !labels.includes(label)) : [];
  return [
    ...missing.flatMap((label) => difference(object, `value ${label}`, `without the value '${label}'`)),
    ...more.flatMap((label) => difference(object, `value ${label}`, `with the value '${label}' as well`)),
  ];
}

function hasFunction(catalog: Catalog, { traits }: ExpectedObject, found: readonly string[]): boolean {
  const oids = traits.arguments?.map((type) => type && catalog.typeOids.get(typeText(type)));
  // A type that can't be found leaves the name and the number of arguments.
  if (!oids || oids.some((oid) => oid === undefined)) {
    const count = traits.arguments?.length;
    return found.some((types) => count === undefined || types.split(',').filter(Boolean).length === count);
  }
  return found.includes(oids.join(','));
}
