import type { EnvName } from '../../../core/contract';
import { isExpectationDigest, type SchemaExpectation } from '../../../core/journal';
import type { EnvironmentReader } from './environment';

/** What `wait` waits for. */
export interface WaitSettings {
  /** Milliseconds. */
  readonly timeout: number;
  /** Whether the manifest says what this release was built with; otherwise the folder does. */
  readonly isTold: boolean;
  /** What the manifest says; undefined where it says nothing, or something wrong. */
  readonly expected: SchemaExpectation | undefined;
  /** The oldest schema that it can live with: as the manifest says it, or as a tag or number of the folder. */
  readonly oldest: SchemaExpectation | string | undefined;
  /** How many migrations may be beyond those of this release; undefined for any number. */
  readonly maxNewer: number | undefined;
}

const EXPECTED = ['WAIT_MIGRATION', 'WAIT_COUNT', 'WAIT_DIGEST'] as const;
const OLDEST = ['WAIT_OLDEST_MIGRATION', 'WAIT_OLDEST_COUNT', 'WAIT_OLDEST_DIGEST'] as const;
type Names = readonly [last: EnvName, count: EnvName, digest: EnvName];

/** Reads what `wait` waits for; what is wrong with it goes to the reader's problems. */
export function readWait(reader: EnvironmentReader): WaitSettings {
  const expected = readExpectation(reader, EXPECTED);
  const isTold = [...EXPECTED, ...OLDEST.slice(1)].some((name) => reader.text(name) !== undefined);
  return {
    timeout: reader.integer('WAIT_TIMEOUT_SECONDS') * 1000,
    expected,
    isTold,
    oldest: isTold ? readExpectation(reader, OLDEST) : reader.text('WAIT_OLDEST_MIGRATION')?.trim(),
    maxNewer: reader.text('WAIT_MAX_NEWER') === undefined ? undefined : reader.integer('WAIT_MAX_NEWER'),
  };
}

/** The constructs write all three or none; with some of them nobody knows what is meant. */
function readExpectation(reader: EnvironmentReader, names: Names): SchemaExpectation | undefined {
  const [last, count, digest] = names;
  const missing = names.filter((name) => reader.text(name) === undefined);
  if (missing.length === names.length) return undefined;
  if (missing.length > 0) {
    reader.problems.push(
      `${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} not set, but belongs to ${names.filter((name) => !missing.includes(name)).join(' and ')}; set all of them as SchemaGate writes them, or none`,
    );
    return undefined;
  }
  const text = reader.text(digest) ?? '';
  if (!isExpectationDigest(text)) {
    reader.problems.push(`${digest} is no digest of a schema; take it unchanged from a SchemaGate`);
    return undefined;
  }
  return { last: reader.text(last) ?? '', count: reader.integer(count), digest: text };
}
