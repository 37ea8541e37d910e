import type { AppliedMigration, Comparison, HistoryRow, Journal } from '../../../core/journal';
import type { HistoryRules } from '../config/settings';
import type { StoredScript, StoredScripts } from '../database/stored-scripts';
import { GateError, GateErrors } from '../errors/gate-error';
import { editProblems } from '../migrate/assert-comparison';
import { plural } from '../report/plural';
import { BY_VARIABLES, type Caller } from './caller';
import { findTarget } from './find-target';
import { findLateMerged, type LateMerged } from './late-merged';
import { findMembers, isAfter, type RollbackMember } from './member';

export interface RollbackRange {
  /** The last migration that stays; undefined when none does. */
  readonly target: RollbackMember | undefined;
  /** What is undone, in the order of undoing: the last applied first. */
  readonly members: readonly RollbackMember[];
  /** What was merged late and does not simply follow from the order of application. */
  readonly lateMerged: readonly LateMerged[];
  /** Members whose file is not what was applied, which the rules accept. */
  readonly acceptedEdits: readonly AcceptedEdit[];
}

export interface AcceptedEdit extends AppliedMigration {
  /** The script that was stored with what was applied. */
  readonly stored?: StoredScript | undefined;
}

const NOTHING_STORED: StoredScripts = { readable: true, scripts: [] };

/**
 * Finds the migrations after the target in the journal's order, in the reverse order of their application. One without
 * a file here is a member all the same where its script was stored when it was applied.
 *
 * @throws GateError: 78 for a target that is unset, unknown, ambiguous or not applied; 81 when the database has
 *   migrations in the range of which there is neither file nor stored script, or another file than was applied.
 */
export function resolveRange(
  journal: Journal,
  comparison: Comparison,
  wanted: string | undefined,
  rules: HistoryRules,
  stored: StoredScripts = NOTHING_STORED,
  caller: Pick<Caller, 'target'> = BY_VARIABLES,
): RollbackRange {
  const { layout } = journal;
  const { known, unknown } = findMembers(comparison, stored.scripts);
  const target = findTarget(journal, known, wanted, caller);
  const members = known.filter((each) => !target || isAfter(layout, each, target)).reverse();
  const inRange = (row: HistoryRow) => !target || isAfter(layout, { row, when: row.createdAt ?? 0 }, target);
  assertKnown(unknown.filter(inRange), stored);
  const undone = new Map(members.map((member) => [member.migration, member]));
  const acceptedEdits = comparison.edited.flatMap((entry) => {
    const member = undone.get(entry.migration);
    return member ? [{ ...entry, stored: member.stored }] : [];
  });
  const edits = editProblems(acceptedEdits, rules);
  if (edits.length > 0) throw new GateErrors('MISMATCH', edits);
  return { target, members, lateMerged: findLateMerged(layout, known, members), acceptedEdits };
}

function assertKnown(rows: readonly HistoryRow[], { readable }: StoredScripts): void {
  if (rows.length === 0) return;
  const [have, them] = rows.length === 1 ? ['has', 'it'] : ['have', 'them'];
  const stored = readable
    ? `no script of ${them} is stored in the database`
    : 'this role may not read the scripts that are stored in the database';
  throw new GateError(
    'MISMATCH',
    `${plural(rows.length, 'migration')} after the target ${have} no file here, and ${stored}: ${rows.map(named).join('; ')}`,
    {
      remedy: readable
        ? 'roll back with the image that has these migrations'
        : 'grant SELECT on the table __drizzle_gate_scripts to this role, or roll back with the image that has these migrations',
    },
  );
}

function named({ id, name, hash, createdAt }: HistoryRow): string {
  const time = createdAt === null ? '' : ` of ${isoTime(createdAt)}`;
  return `history id ${id}${time} (${name ?? `hash ${hash.slice(0, 12)}…`})`;
}

/** Nothing keeps others from writing into the history what is no time. */
function isoTime(milliseconds: number): string {
  const time = new Date(milliseconds);
  return Number.isNaN(time.getTime()) ? `${milliseconds}` : time.toISOString();
}
