import {
  type AppliedMigration,
  type Comparison,
  compareHistory,
  type HistoryRow,
  type Journal,
  matchTarget,
} from '../../../core/journal';
import type { MigrationSettings } from '../config/settings';
import { type AllProgress, readAllProgress } from '../database/all-progress';
import { readHistory } from '../database/history';
import type { Session } from '../database/session';
import { stateTable } from '../database/state-tables';
import { GateError, GateErrors } from '../errors/gate-error';
import { plural } from '../report/plural';
import type { DatabaseContext } from '../run-context';
import { type StoppedMidway, stoppedIn } from '../status/stopped-midway';
import { tokenOf } from './confirm';
import {
  chooseForgotten,
  forgetProblems,
  forgottenLines,
  forgottenRows,
  keptMidway,
  warnForgotten,
} from './repair-forget';
import { findStaleProgress, type StaleProgress } from './stale-progress';

export interface RepairOptions {
  /** Tags or numbers of the edited migrations that are accepted; all when absent. */
  readonly accept: readonly string[] | undefined;
  /** Ids of the rows without a file that go, or all of them. */
  readonly removeOrphans: readonly number[] | 'all';
  /** Tags or numbers of migrations that stopped midway and are given up. */
  readonly forget: readonly string[];
}

export interface Restamp extends AppliedMigration {
  readonly why: 'the file was edited' | 'the timestamp was changed' | 'the name was changed';
}

export interface Removal {
  readonly row: HistoryRow;
  readonly why: 'duplicate' | 'no file';
}

/** What is wrong in the history, and what becomes of it. */
export interface RepairPlan {
  readonly restamps: readonly Restamp[];
  readonly removals: readonly Removal[];
  readonly progress: readonly StaleProgress[];
  /** What stopped midway and is given up. */
  readonly forgotten: readonly StoppedMidway[];
  /** What is wrong and stays so, because nobody asked for it. */
  readonly left: readonly string[];
  readonly token: string;
}

/**
 * Makes the plan from the files and the history as they are now; it changes nothing.
 *
 * @throws GateErrors (78) for options that name nothing of what is wrong.
 */
export async function makeRepairPlan(
  session: Session,
  journal: Journal,
  context: DatabaseContext,
  options: RepairOptions,
): Promise<RepairPlan> {
  const { migrations: settings } = context.settings;
  const history = (await readHistory(session, settings)) ?? [];
  const comparison = compareHistory(journal.migrations, history);
  const accepted = chooseEdited(comparison, options);
  const orphans = chooseOrphans(comparison, options);
  const all = await readRequiredProgress(session, settings);
  const stopped = await stoppedIn(all, journal, comparison, session);
  const forgotten = chooseForgotten(stopped, options.forget);
  assertOptions(comparison, stopped, options);
  const restamps: Restamp[] = [
    ...accepted.map((entry) => ({ ...entry, why: 'the file was edited' as const })),
    ...comparison.applied
      .filter((entry) => hasOtherTime(entry))
      .map((entry) => ({ ...entry, why: 'the timestamp was changed' as const })),
    ...comparison.applied
      .filter((entry) => hasOtherName(entry) && !hasOtherTime(entry))
      .map((entry) => ({ ...entry, why: 'the name was changed' as const })),
  ];
  const removals: Removal[] = [
    ...comparison.duplicate.map((row) => ({ row, why: 'duplicate' as const })),
    ...orphans.map((row) => ({ row, why: 'no file' as const })),
  ];
  const progress = findStaleProgress(all, comparison);
  const left = [
    ...comparison.edited
      .filter((entry) => !accepted.includes(entry))
      .map(
        ({ migration, row }) =>
          `${migration.tag} stays edited (history id ${row.id}); accept it with --accept ${migration.tag}`,
      ),
    ...comparison.missingFile
      .filter((row) => !orphans.includes(row))
      .map(
        (row) => `history id ${row.id} has no file (${stamp(row)}); remove it with --remove-orphan ${row.id}`,
      ),
    ...keptMidway(stopped.filter((each) => !forgotten.includes(each))),
  ];
  const token = await tokenOf(session, context, [
    'repair',
    restamps.map(({ migration: { tag, name, hash, when }, row }) => [tag, name, hash, when, row]),
    removals.map(({ row }) => row),
    progress,
    forgottenRows(forgotten),
  ]);
  return { restamps, removals, progress, forgotten, left, token };
}

/** drizzle-orm 0.x compares the very millisecond; 1.0 goes by names, and its folders know only seconds. */
function hasOtherTime({ migration: { when, layout }, row: { createdAt } }: AppliedMigration): boolean {
  if (layout === '0.x' || createdAt === null) return when !== createdAt;
  return Math.trunc(when / 1000) !== Math.trunc(createdAt / 1000);
}

function hasOtherName({ migration: { name, layout }, row }: AppliedMigration): boolean {
  return layout === '1.x' && row.name !== null && row.name !== name;
}

/** How many changes the plan has. */
export function sizeOf({ restamps, removals, progress, forgotten }: RepairPlan): number {
  return restamps.length + removals.length + progress.length + forgotten.length;
}

/** Shows every row that changes, old and new, and what stays wrong. */
export function reportRepairPlan(plan: RepairPlan, { reporter }: DatabaseContext): void {
  for (const problem of plan.left) reporter.warn('repair_warning', problem);
  if (sizeOf(plan) === 0) return;
  warnForgotten(plan.forgotten, reporter);
  const rows = [
    ...plan.restamps.map(({ migration, row, why }) => ({
      ...{ id: row.id, migration: migration.tag, why },
      ...{ old: valuesOf(row), new: valuesOf(stamped(row, migration)) },
    })),
    ...plan.removals.map(({ row, why }) => ({ id: row.id, why, old: valuesOf(row), new: null })),
  ];
  const lines = [
    ...plan.restamps.map(
      ({ migration, row, why }) =>
        `history id ${row.id}, ${migration.tag} (${why}): ${stamp(row)} → ${stamp(stamped(row, migration))}`,
    ),
    ...plan.removals.map(({ row, why }) => `history id ${row.id} (${why}): ${stamp(row)} → no row`),
    ...plan.progress.map(
      ({ migration, statements }) =>
        `progress of ${migration} (its migration is applied): ${plural(statements, 'row')} → no row`,
    ),
    ...forgottenLines(plan.forgotten),
  ];
  reporter.info('repair_plan', `repairing the history: ${plural(lines.length, 'change')}`, {
    token: plan.token,
    history_rows: rows,
    progress: plan.progress,
    forgotten: plan.forgotten.map(({ tag }) => tag),
    detail: [...lines, `token of this plan: ${plan.token}`].join('\n'),
  });
}

function chooseEdited({ edited }: Comparison, { accept }: RepairOptions): readonly AppliedMigration[] {
  if (!accept) return edited;
  const tags = edited.map(({ migration }) => migration.tag);
  const wanted = new Set(accept.flatMap((name) => matchTarget(tags, name)));
  return edited.filter(({ migration }) => wanted.has(migration.tag));
}

function chooseOrphans({ missingFile }: Comparison, { removeOrphans }: RepairOptions): readonly HistoryRow[] {
  return removeOrphans === 'all' ? missingFile : missingFile.filter(({ id }) => removeOrphans.includes(id));
}

/** @throws GateError (77) where it may not be read: what can't be seen can't be repaired. */
async function readRequiredProgress(session: Session, settings: MigrationSettings): Promise<AllProgress> {
  const all = await readAllProgress(session, settings);
  if (all.readable) return all;
  const table = stateTable(settings, 'progress');
  throw new GateError('ACCESS', `${table} cannot be read`, {
    remedy: `grant SELECT on ${table} to this role`,
  });
}

function assertOptions(
  { edited, missingFile }: Comparison,
  stopped: readonly StoppedMidway[],
  { accept, removeOrphans, forget }: RepairOptions,
): void {
  const tags = edited.map(({ migration }) => migration.tag);
  const ids = missingFile.map(({ id }) => id);
  const problems = [
    ...(accept ?? []).flatMap((name) => {
      const meant = matchTarget(tags, name);
      if (meant.length === 1) return [];
      const what =
        meant.length > 1 ? `which ${meant.join(' and ')} begin with` : 'which is no edited migration';
      return [
        `--accept has ${JSON.stringify(name)}, ${what}; the edited ones are: ${tags.join(', ') || 'none'}`,
      ];
    }),
    ...(removeOrphans === 'all' ? [] : removeOrphans)
      .filter((id) => !ids.includes(id))
      .map(
        (id) =>
          `--remove-orphan has ${id}, which is no row without a file; those are: ${ids.join(', ') || 'none'}`,
      ),
    ...forgetProblems(stopped, forget),
  ];
  if (problems.length > 0) throw new GateErrors('CONFIG', problems);
}

type Stamp = Pick<HistoryRow, 'hash' | 'createdAt' | 'name'>;

/** Only the format of drizzle-orm 1.0 has names. */
function stamped({ name }: HistoryRow, migration: AppliedMigration['migration']): Stamp {
  return { hash: migration.hash, createdAt: migration.when, name: name === null ? null : migration.name };
}

function valuesOf({ hash, createdAt, name }: Stamp) {
  return { hash, createdAt, ...(name !== null && { name }) };
}

function stamp({ hash, createdAt, name }: Stamp): string {
  const short = hash.length > 12 ? `${hash.slice(0, 12)}…` : hash;
  return `${name === null ? '' : `name ${name}, `}hash ${short}, created_at ${createdAt}`;
}
