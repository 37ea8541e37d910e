import {
  compareHistory,
  type HistoryRow,
  type Journal,
  type Migration,
  matchTarget,
  meetsExpectation,
  type SchemaExpectation,
} from '../../../core/journal';
import type { WaitSettings } from '../config/wait-settings';
import { GateError } from '../errors/gate-error';

/** What must be in the history, and how a history is held against it. */
export interface Requirement {
  /** What is asked for: all of this release, or the oldest that it can live with. */
  readonly needed: Pick<SchemaExpectation, 'last' | 'count'>;
  /** How many migrations this release was built with. */
  readonly built: number;
  readonly maxNewer: number | undefined;
  readonly isMet: (rows: readonly HistoryRow[]) => boolean;
  /** Tags of what is missing, where they are known. */
  readonly missing: (rows: readonly HistoryRow[]) => readonly string[];
}

/** The requirement of a manifest: a count and a digest. The files are used where they are the very same. */
export function requirementOf(
  { expected, oldest, maxNewer }: WaitSettings & { readonly expected: SchemaExpectation },
  journal: Journal | undefined,
): Requirement {
  const needed = typeof oldest === 'object' ? oldest : expected;
  const files = journal && requirementOfFiles(journal, { oldest: needed.last, maxNewer });
  return (
    files ?? {
      ...{ needed, built: expected.count, maxNewer },
      isMet: (rows) => meetsExpectation(needed, rows),
      missing: () => [],
    }
  );
}

/**
 * The requirement of a migrations folder.
 *
 * @throws GateError (78) when it has no such oldest migration.
 */
export function requirementOfFiles(
  { migrations, folder }: Journal,
  { oldest, maxNewer }: { readonly oldest?: string | undefined; readonly maxNewer: number | undefined },
): Requirement {
  const needed = upTo(migrations, oldest, folder);
  const missing = (rows: readonly HistoryRow[]) => {
    const { pending } = compareHistory(migrations, rows);
    return pending.filter((migration) => needed.includes(migration)).map(({ tag }) => tag);
  };
  return {
    ...{ needed: { last: needed.at(-1)?.tag ?? 'none', count: needed.length }, built: migrations.length },
    ...{ maxNewer, missing, isMet: (rows) => missing(rows).length === 0 },
  };
}

function upTo(
  migrations: readonly Migration[],
  oldest: string | undefined,
  folder: string,
): readonly Migration[] {
  if (oldest === undefined) return migrations;
  const tags = migrations.map(({ tag }) => tag);
  const [tag, ...others] = matchTarget(tags, oldest);
  if (tag !== undefined && others.length === 0) return migrations.slice(0, tags.indexOf(tag) + 1);
  const problem = tag === undefined ? `is no migration of ${folder}` : 'can mean several migrations';
  throw new GateError('CONFIG', `WAIT_OLDEST_MIGRATION is ${JSON.stringify(oldest)}, which ${problem}`, {
    remedy: `give a whole tag, for example ${JSON.stringify(tags.at(-1) ?? '')}`,
  });
}
