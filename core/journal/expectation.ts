import { wholeSecond } from './drizzle-names';
import { sha256 } from './hash';
import { BYTES_OF_SUM, memberOf, type PowerSums, placesOfSurplus, powerSums, SUMS } from './power-sums';
import type { HistoryRow, Migration } from './types';

/** What a release expects of the schema, in a size that does not grow with the number of migrations. */
export interface SchemaExpectation {
  /** Tag of the last migration in the journal's order, for messages. */
  readonly last: string;
  /** How many migrations are expected. */
  readonly count: number;
  /** Which these are: their times, contents and names, whatever their order. */
  readonly digest: string;
}

/** By what a migration is recognized in a row. In the digest in this order. */
const TRAITS = ['time', 'content', 'name'] as const;
type Trait = (typeof TRAITS)[number];
type Sums = Readonly<Record<Trait, PowerSums>>;

const DIGEST_BYTES = TRAITS.length * SUMS * BYTES_OF_SUM;

type Expected = Pick<Migration, 'tag' | 'when' | 'name' | 'lfHash'>;

/** @throws Error for no migrations: nothing would be expected. */
export function expectSchema(migrations: readonly Expected[]): SchemaExpectation {
  const last = migrations.at(-1);
  if (!last) throw new Error('a schema without migrations is no expectation');
  const bytes = Buffer.alloc(DIGEST_BYTES);
  const sums = TRAITS.flatMap((trait) =>
    powerSums(migrations.map((migration) => member(trait, traitOf(trait, migration)))),
  );
  for (const [index, sum] of sums.entries()) bytes.writeBigUInt64BE(sum, index * BYTES_OF_SUM);
  return { last: last.tag, count: migrations.length, digest: bytes.toString('base64url') };
}

/** Whether the text can be the digest of an expectation. */
export function isExpectationDigest(text: string): boolean {
  return /^[\w-]+$/.test(text) && Buffer.from(text, 'base64url').length === DIGEST_BYTES;
}

/**
 * Whether every migration of the expectation stands among the rows of the history, whatever else does. More rows than
 * expected are told apart where they are the newest, by id or by time, and up to {@link SUMS} of them wherever they stand.
 *
 * As `compareHistory` does, a row with a name is recognized by it, or by time and content together; one without by its
 * time alone (the file was edited) or its content alone (the time was changed), but then all rows by the same.
 */
export function meetsExpectation({ count, digest }: SchemaExpectation, rows: readonly HistoryRow[]): boolean {
  if (rows.length < count) return false;
  const sums = sumsOf(digest);
  const byId = [...rows].sort((a, b) => a.id - b.id);
  const byTime = [...byId].sort((a, b) => (a.createdAt ?? 0) - (b.createdAt ?? 0));
  const orders = rows.length - count > SUMS ? [byId, byTime] : [byId];
  const has = (trait: Trait) =>
    orders.some((ordered) => isAmong(membersOf(trait, ordered), sums[trait], count));
  if (rows.every(({ name }) => name !== null)) return has('name') || (has('time') && has('content'));
  return has('time') || has('content');
}

/** Those that are too many, beyond what can be told of any, must be the last. */
function isAmong(members: readonly bigint[], expected: PowerSums, count: number): boolean {
  const oldest = members.slice(0, count + SUMS);
  return placesOfSurplus(oldest, expected, oldest.length - count) !== undefined;
}

function membersOf(trait: Trait, rows: readonly HistoryRow[]): bigint[] {
  return rows.map(({ createdAt, hash, name }) =>
    member(trait, traitOf(trait, { when: createdAt ?? Number.NaN, lfHash: hash, name: name ?? '' })),
  );
}

/** The 1.x layout knows only whole seconds, and a history that 0.x began has milliseconds. */
function traitOf(trait: Trait, { when, lfHash, name }: Omit<Expected, 'tag'>): string {
  if (trait === 'time') return String(wholeSecond(when));
  return trait === 'content' ? lfHash : name;
}

function member(trait: Trait, value: string): bigint {
  return memberOf(sha256(`${trait} ${value}`));
}

function sumsOf(digest: string): Sums {
  const bytes = Buffer.from(digest, 'base64url');
  const of = (trait: Trait) =>
    Array.from({ length: SUMS }, (_, index) =>
      bytes.readBigUInt64BE((TRAITS.indexOf(trait) * SUMS + index) * BYTES_OF_SUM),
    );
  return { time: of('time'), content: of('content'), name: of('name') };
}
