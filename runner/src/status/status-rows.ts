import type { Comparison, Journal } from '../../../core/journal';
import { describeMidway, stateOf } from './describe-midway';
import type { StoppedMidway } from './stopped-midway';

export type MigrationState = 'applied' | 'pending' | 'out of order' | 'edited' | 'missing file' | 'duplicate';

export interface StatusRow {
  readonly migration: string;
  readonly state: MigrationState;
  /** Id of its row in the history; absent when it has none. */
  readonly historyId?: number;
  /** How far it came, where it commits more than once, has begun and has not come to its end. */
  readonly progress?: StatusProgress;
}

export interface StatusProgress {
  /** `under way` while another session holds the migration lock. That of a rollback is told of the migration that it undoes. */
  readonly state: 'stopped midway' | 'under way' | 'rollback stopped midway' | 'rollback under way';
  /** Numbers of the statements whose work is committed. */
  readonly done: readonly number[];
  /** The statement that was begun outside a transaction and whose end nobody noted. */
  readonly begun?: number;
  /** How many the file has; absent without a file. */
  readonly statements?: number;
  /** Numbers of those that are done, but in whose place the file has another statement now. */
  readonly changed?: readonly number[];
  /** When something of it was noted last, in ISO 8601. */
  readonly lastAt?: string;
}

/** Every migration in the journal's order, then what the database has beyond the files. */
export function statusRows(
  journal: Journal,
  comparison: Comparison,
  stopped: readonly StoppedMidway[],
): StatusRow[] {
  const progress = new Map(stopped.map((each) => [each.undoes ?? each.tag, { progress: progressOf(each) }]));
  const recorded = new Map<string, StatusRow>();
  for (const [state, entries] of [
    ['applied', comparison.applied],
    ['edited', comparison.edited],
  ] as const) {
    for (const { migration, row } of entries) {
      const { tag } = migration;
      recorded.set(tag, { migration: tag, state, historyId: row.id, ...progress.get(tag) });
    }
  }
  const known = new Set(journal.migrations.map(({ tag }) => tag));
  const late = new Set(comparison.outOfOrder);
  return [
    ...journal.migrations.map(
      (migration): StatusRow =>
        recorded.get(migration.tag) ?? {
          migration: migration.tag,
          state: late.has(migration) ? 'out of order' : 'pending',
          ...progress.get(migration.tag),
        },
    ),
    ...comparison.missingFile.map(
      (row): StatusRow => ({ migration: row.hash.slice(0, 12), state: 'missing file', historyId: row.id }),
    ),
    ...comparison.duplicate.map(
      (row): StatusRow => ({ migration: row.hash.slice(0, 12), state: 'duplicate', historyId: row.id }),
    ),
    ...stopped
      .map(({ file, tag, undoes = tag }) => ({ file, tag: undoes }))
      .filter(({ file, tag }) => !file && !known.has(tag))
      .map(({ tag }): StatusRow => ({ migration: tag, state: 'missing file', ...progress.get(tag) })),
  ];
}

function progressOf(stopped: StoppedMidway): StatusProgress {
  const { done, begun, file, changed, lastAt } = stopped;
  return {
    ...{
      state: stopped.undoes === undefined ? stateOf(stopped) : (`rollback ${stateOf(stopped)}` as const),
      done,
    },
    ...(begun !== undefined && { begun }),
    ...(file && { statements: file.statements.length }),
    ...(changed.length > 0 && { changed }),
    ...(lastAt !== undefined && { lastAt }),
  };
}

/** One line: how many are applied and pending, which is the last, and what stopped midway. */
export function statusSummary(comparison: Comparison, stopped: readonly StoppedMidway[] = []): string {
  const applied = comparison.applied.length + comparison.edited.length;
  const last = [...comparison.applied, ...comparison.edited].sort((a, b) => b.row.id - a.row.id)[0];
  return [
    `${applied} applied, ${comparison.pending.length} pending`,
    ...(last ? [`last applied: ${last.migration.tag}`] : []),
    ...stopped.map(describeMidway),
  ].join('; ');
}
