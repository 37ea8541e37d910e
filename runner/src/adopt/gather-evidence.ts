import type { Session } from '../database/session';
import { compareWithCatalog } from './compare-with-catalog';
import { describe, type Evidence } from './evidence';
import type { Expectation, OpaqueStatement } from './expected/expect-migrations';
import { type ExpectedObject, nameSpaceOf, schemaOf } from './expected/expected-object';
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
    const causeSince = (since: number) => opaque.find((each) => mayHaveChanged(each, object, since));
    if (there && expected) {
      const certain = differences.filter(({ since }) => !causeSince(since));
      if (certain.length > 0)
        return [{ ...base, state: 'different', note: certain.map(({ text }) => text).join(', ') }];
    }
    // What vouches for the oldest difference is what the first cause came after.
    const oldest = there && expected ? Math.min(...differences.map(({ since }) => since)) : object.statement;
    const cause = causeSince(oldest);
    if (cause)
      return [
        { ...base, state: 'unknown', note: `a statement of ${cause.migration} that can't be read names it` },
      ];
    return [{ ...base, state: there ? 'left over' : 'absent' }];
  };
}

/**
 * A statement that can't be read, later than the one that vouches for what is looked at, and that mentions the
 * object, or its table beside dynamic SQL.
 */
function mayHaveChanged(
  { statement, text }: OpaqueStatement,
  object: ExpectedObject,
  since: number,
): boolean {
  if (statement <= since) return object.parent ? mayHaveRemoved({ statement, text }, object.parent) : false;
  if (mentionsAny(text, object)) return true;
  const table = object.parent ?? [...object.uses].find(({ kind }) => kind === 'table');
  return table !== undefined && /\bexecute\b/.test(text) && mentionsAny(text, table);
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
