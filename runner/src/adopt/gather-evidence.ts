import type { Session } from '../database/session';
import { compareWithCatalog } from './compare-with-catalog';
import { describe, type Evidence } from './evidence';
import type { Expectation, OpaqueStatement } from './expected/expect-migrations';
import { type ExpectedObject, nameSpaceOf, type ObjectKind, schemaOf } from './expected/expected-object';
import { typeText } from './expected/type-name';
import { type Catalog, keyOf, readCatalog } from './read-catalog';

/** Holds what the migrations leave behind against the catalog, object by object. It changes nothing. */
export async function gatherEvidence(
  session: Session,
  { schema, opaque }: Expectation,
  usualSchema: string | undefined,
): Promise<Evidence[]> {
  const objects = [...schema.present, ...schema.gone];
  const places = new Set(objects.map(schemaOf).filter((place) => place !== undefined));
  const types = new Set(
    objects.flatMap(({ traits }) =>
      [traits.type, ...(traits.arguments ?? [])].flatMap((type) => (type ? [typeText(type)] : [])),
    ),
  );
  const catalog = await readCatalog(session, [...places], [...types]);
  const taken = new Set([...schema.present].flatMap(identitiesOf));
  const gone = [...schema.gone].filter(
    (object) => !taken.has(identityOf(object)) && (!object.parent || schema.present.has(object.parent)),
  );
  const judge = judgeWith(catalog, opaque, usualSchema);
  const evidence = [
    ...[...schema.present].flatMap((object) => judge(object, true)),
    ...gone.flatMap((object) => judge(object, false)),
  ];
  return distinct(evidence);
}

function judgeWith(catalog: Catalog, opaque: readonly OpaqueStatement[], usualSchema: string | undefined) {
  return (object: ExpectedObject, expected: boolean): Evidence[] => {
    // PostgreSQL made up its name, or it is not known at all.
    if (object.kind !== 'constraint' && object.traits.unnamed) return [];
    const base = { object: describe(object, usualSchema), migration: object.migration };
    const { parent } = object;
    const orphan = parent && !compareWithCatalog(catalog, parent).there;
    // The table that is absent says it all, unless another migration added this.
    if (parent && orphan && (!expected || parent.migration === object.migration)) return [];
    const { there, differences = [] } = orphan ? { there: false } : compareWithCatalog(catalog, object);
    if (there === expected && !(expected && differences.length > 0))
      return [{ ...base, state: expected ? 'present' : 'gone' }];
    const causeSince = (since: number) =>
      opaque.find((each) =>
        each.takes
          ? !there && each.statement > since && mayBeOfExtension(object, catalog)
          : mayHaveChanged(each, object, since),
      );
    if (there && expected) {
      const certain = differences.filter(({ since }) => !causeSince(since));
      if (certain.length > 0)
        return [{ ...base, state: 'different', note: certain.map(({ text }) => text).join(', ') }];
    }
    // What vouches for the oldest difference is what the first cause came after.
    const oldest = there && expected ? Math.min(...differences.map(({ since }) => since)) : object.statement;
    const cause = causeSince(oldest);
    if (cause) {
      const note = cause.takes
        ? `a DROP EXTENSION … CASCADE of ${cause.migration} may have taken it along`
        : `a statement of ${cause.migration} that can't be read names it`;
      return [{ ...base, state: 'unknown', note }];
    }
    return [{ ...base, state: there ? 'left over' : 'absent' }];
  };
}

/**
 * A statement that can't be read, later than the one that vouches for what is looked at, and that mentions the
 * object, its table beside dynamic SQL, or drops something that it depends on.
 */
function mayHaveChanged(
  { statement, text }: OpaqueStatement,
  object: ExpectedObject,
  since: number,
): boolean {
  if (statement <= since) return object.parent ? mayHaveRemoved({ statement, text }, object.parent) : false;
  if (mentionsAny(text, object)) return true;
  const table = object.parent ?? [...object.uses].find(({ kind }) => kind === 'table');
  if (table !== undefined && /\bexecute\b/.test(text) && mentionsAny(text, table)) return true;
  return /\bdrop\b/.test(text) && [...foundationsOf(object)].some((each) => mayDrop(text, each));
}

/** What goes takes along what depends on it; a column goes only with a statement that finds its table. */
function mayDrop(text: string, foundation: ExpectedObject): boolean {
  if (!mentionsAny(text, foundation)) return false;
  if (/\bexecute\b/.test(text)) return true;
  return foundation.kind === 'column'
    ? foundation.parent !== undefined && mentionsAny(text, foundation.parent)
    : WHOLE[foundation.kind]?.test(text) === true;
}

/** Dropping a part of a table leaves what depends on the rest of it. */
const WHOLE: Partial<Record<ObjectKind, RegExp>> = {
  table: /\bdrop\s+(?:foreign\s+)?table\b/,
  view: /\bdrop\s+view\b/,
  'materialized view': /\bdrop\s+materialized\s+view\b/,
  type: /\bdrop\s+(?:type|domain)\b/,
  function: /\bdrop\s+(?:function|procedure|routine)\b/,
  constraint: /\bdrop\s+constraint\b/,
  index: /\bdrop\s+index\b/,
};

/** PostgreSQL gives its own objects numbers below this one. */
const FIRST_NORMAL_OID = 16_384;

/** Which types, functions and operator classes an extension had, no migration tells. */
function mayBeOfExtension(object: ExpectedObject, catalog: Catalog): boolean {
  const { kind, traits } = object;
  if (kind === 'table' || kind === 'sequence' || kind === 'schema') return false;
  if (kind === 'column') {
    if (!traits.type || traits.type.object) return false;
    const oid = catalog.typeOids.get(typeText(traits.type));
    return oid === undefined || Number(oid) >= FIRST_NORMAL_OID;
  }
  if (kind !== 'constraint' || traits.letter === 'c' || traits.letter === 'x') return true;
  return [...foundationsOf(object)].some((each) => mayBeOfExtension(each, catalog));
}

/** What the object can't be without, near and far. */
function foundationsOf(object: ExpectedObject, found = new Set<ExpectedObject>()): Set<ExpectedObject> {
  for (const each of [...object.uses, ...(object.parent ? [object.parent] : [])]) {
    if (found.has(each)) continue;
    found.add(each);
    foundationsOf(each, found);
  }
  return found;
}

function mayHaveRemoved(
  { statement, text }: Omit<OpaqueStatement, 'migration'>,
  table: ExpectedObject,
): boolean {
  return statement > table.statement && /\bdrop\b/.test(text) && mentionsAny(text, table);
}

/** By the name that it has now, or one that it had when the statement ran. */
function mentionsAny(text: string, { name, formerNames }: ExpectedObject): boolean {
  return mentioned(text, name) || formerNames.some((former) => mentioned(text, former));
}

function mentioned(text: string, name: string): boolean {
  const escaped = name.toLowerCase().replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![\\w$])${escaped}(?![\\w$])`).test(text);
}

/** A key has an index of its own name. */
function identitiesOf(object: ExpectedObject): string[] {
  const { kind, name, traits } = object;
  const hasIndex = kind === 'constraint' && ['p', 'u', 'x'].includes(traits.letter ?? '');
  const index = hasIndex ? [keyOf(nameSpaceOf('index'), schemaOf(object), undefined, name, undefined)] : [];
  return [identityOf(object), ...index];
}

function identityOf(object: ExpectedObject): string {
  const { kind, name, parent, traits } = object;
  const types =
    kind === 'function' ? traits.arguments?.map((type) => type && typeText(type)).join() : undefined;
  return keyOf(nameSpaceOf(kind), schemaOf(object), parent?.name, name, types);
}

/** What was dropped twice is said once, by the last. */
function distinct(evidence: readonly Evidence[]): Evidence[] {
  return [...new Map(evidence.map((each) => [each.object, each])).values()];
}
