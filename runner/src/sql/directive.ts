import { lineCounter } from './position';
import { Scanner } from './scanner';
import { splitStatements } from './split-statements';

export interface Directive {
  /** How the file must be run; undefined when it does not say. */
  readonly mode?: 'transaction' | 'no-transaction';
  /** Why the migration can't be undone, in the words of its author; undefined when nobody declared that. */
  readonly irreversible?: string;
  /** What is wrong with its directives, each with its line; a file with problems must not be run. */
  readonly problems: readonly string[];
}

const MODES = ['transaction', 'no-transaction'] as const;
const LINE = /^--[ \t]*drizzle-gate[ \t]*:(.*)$/i;
const IRREVERSIBLE = /^irreversible(?:[ \t:]+(.*))?$/i;

/**
 * Reads the line comments `-- drizzle-gate: transaction`, `-- drizzle-gate: no-transaction` and `-- drizzle-gate:
 * irreversible <reason>` in front of a file's first statement: that of a migration, or of its rollback script. One that
 * can't be followed is a problem, never ignored: an unknown word, a contradiction, no reason, or a place behind the first
 * statement. Several reasons are all told.
 */
export function readDirective(sql: string, backslashes = false): Directive {
  const problems: string[] = [];
  const said = new Map<(typeof MODES)[number], number>();
  const reasons: string[] = [];
  const lineOf = lineCounter(sql);
  for (const { offset, words } of directivesOf(sql, backslashes)) {
    const line = lineOf(offset);
    if (words === undefined) {
      problems.push(
        `line ${line}: the directive stands behind the first statement; move it to the top of the file`,
      );
      continue;
    }
    const mode = MODES.find((known) => known === words.toLowerCase());
    const irreversible = IRREVERSIBLE.exec(words);
    if (mode) said.set(mode, said.get(mode) ?? line);
    else if (irreversible?.[1]) reasons.push(irreversible[1]);
    else if (irreversible) {
      problems.push(
        `line ${line}: irreversible has no reason; write -- drizzle-gate: irreversible <reason>, which a refused rollback shows`,
      );
    } else {
      problems.push(
        `line ${line}: ${JSON.stringify(words)} is no directive of drizzle-gate; write ${MODES.join(', ')} or irreversible <reason>`,
      );
    }
  }
  const [first, second] = [...said];
  if (first && second) {
    problems.push(
      `line ${second[1]}: ${second[0]} contradicts ${first[0]} in line ${first[1]}; keep one of them`,
    );
  }
  if (problems.length > 0) return { problems };
  return {
    ...(first && { mode: first[0] }),
    ...(reasons.length > 0 && { irreversible: reasons.join('; ') }),
    problems,
  };
}

interface Found {
  readonly offset: number;
  /** Undefined behind the first statement. */
  readonly words: string | undefined;
}

function directivesOf(sql: string, backslashes: boolean): Found[] {
  // Most files have none, and some are large.
  if (!/drizzle-gate/i.test(sql)) return [];
  const found: Found[] = [];
  const scanner = new Scanner(sql, backslashes);
  const begins = splitStatements(sql, undefined, backslashes)[0]?.start ?? sql.length;
  while (scanner.next()) {
    if (scanner.token !== 'comment') continue;
    const words = LINE.exec(sql.slice(scanner.start, scanner.end))?.[1];
    if (words === undefined) continue;
    const ahead = scanner.start < begins;
    found.push({ offset: scanner.start, words: ahead ? words.trim() : undefined });
  }
  return found;
}
