import { shown } from '../problems';

/** A string of PromQL, whose escapes are those of Go. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}

export function equal(label: string, value: string): string {
  return `${label}=${quoted(value)}`;
}

/** The whole value must match: Prometheus anchors its patterns. */
export function matches(label: string, pattern: string): string {
  return `${label}=~${quoted(pattern)}`;
}

export function matchesNot(label: string, pattern: string): string {
  return `${label}!~${quoted(pattern)}`;
}

/**
 * For how long a value counts after its last sample: a missed scrape, or a restart of what is scraped, ends no alert and
 * begins none anew.
 */
export const MEMORY = '5m';

export interface Reading {
  readonly metric: string;
  readonly matchers: readonly string[];
  /** The labels that stay: not those of the one who scraped, of which there can be two. */
  readonly by: readonly string[];
  /** @default MEMORY */
  readonly range?: string;
}

/** The highest value: of what only grows, the newest, whichever replica has seen it. */
export function highest(reading: Reading): string {
  return read('max_over_time', reading);
}

/** The newest value; of several sources, the highest of theirs. */
export function newest(reading: Reading): string {
  return read('last_over_time', reading);
}

function read(over: string, { metric, matchers, by, range = MEMORY }: Reading): string {
  return `max by (${by.join(', ')}) (${over}(${metric}{${matchers.join(', ')}}[${range}]))`;
}

/** Shifts every line, so that an expression in parentheses can be read. */
export function indented(expression: string): string {
  return expression.replace(/^/gm, '  ');
}

export function labelNameProblem(name: string): string | undefined {
  if (/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) && !name.startsWith('__')) return undefined;
  return `${shown(name)} is not the name of a label of Prometheus; write letters, digits and "_", not starting with a digit`;
}

/** Escapes, names of groups, empty classes and large numbers that break the rules where Prometheus reads them. */
const ONLY_IN_JAVASCRIPT =
  /\\(?![AaBbDdEfnPpQrSstvWwxz]|[^a-zA-Z0-9]).?|\\x(?![0-9a-fA-F]{2}|\{)|\(\?<|\[\^?\]|\{\d*,?\d{4,}/;

/** What RE2 knows and JavaScript does not is rare here; the other way round it would break the rules in the cluster. */
export function patternProblem(pattern: string): string | undefined {
  const remedy = 'write it as RE2 does, for example "team-.+"';
  if (typeof pattern !== 'string' || pattern === '') return `${shown(pattern)} matches nothing; ${remedy}`;
  if (/\(\?<?[=!]|\\[1-9]|\\k</.test(pattern)) {
    return `${shown(pattern)} looks around or back, which RE2 does not; ${remedy}`;
  }
  const [unknown] = ONLY_IN_JAVASCRIPT.exec(pattern.replaceAll('\\\\', '')) ?? [];
  if (unknown) return `${shown(pattern)} has ${shown(unknown)}, which RE2 does not take; ${remedy}`;
  try {
    // Alone, and as it is used: parentheses can fit together with those around it only.
    new RegExp(pattern);
    new RegExp(`^(?:${pattern})$`);
    return undefined;
  } catch {
    return `${shown(pattern)} is not a regular expression; ${remedy}`;
  }
}
