import { modeOf, scriptProblems } from '../../migrate/plan-units';
import { resumeRisks } from '../../migrate/resume-risks';
import type { PlannedScript, Unit } from '../../migrate/unit';
import type { UndoScript } from '../undo-script';
import { addedValues, mentions } from './enum-uses';

/** The script that undoes a migration, as it is run. */
export interface PlannedUndo extends PlannedScript {
  readonly script: UndoScript;
}

/** What a rollback commits together. */
export type UndoUnit = Unit<PlannedUndo>;

export interface UndoUnits {
  readonly units: readonly UndoUnit[];
  /** Why scripts can't be run as they are. */
  readonly problems: readonly string[];
}

/**
 * Groups scripts into units: one transaction for all of them, but for what PostgreSQL won't run in one. That stands
 * alone, and what comes before it is committed first; so is a new enum value that a later script of the range uses.
 *
 * @param halfDone tags of the migrations whose rollback stopped midway.
 */
export async function planUndoUnits(
  scripts: readonly UndoScript[],
  halfDone: ReadonlySet<string>,
): Promise<UndoUnits> {
  const units: { mode: UndoUnit['mode']; migrations: PlannedUndo[] }[] = [];
  const problems: string[] = [];
  /** Values that the open unit adds to enums, which can be used only after its commit. */
  let added: string[] = [];
  for (const script of scripts) {
    const planned = plannedUndo(script);
    const mode = await undoMode(planned, halfDone.has(script.member.tag));
    problems.push(...scriptProblems(planned, mode));
    const last = units.at(-1);
    const joins =
      mode === 'transactional' && last?.mode === 'transactional' && !mentions(planned.statements, added);
    if (joins) last.migrations.push(planned);
    else {
      units.push({ mode, migrations: [planned] });
      added = [];
    }
    added.push(...(await addedValues(planned.statements)));
  }
  return { units, problems };
}

function plannedUndo(script: UndoScript): PlannedUndo {
  const { member, file, sql, statements, directive } = script;
  return { script, statements, directive, migration: { tag: member.tag, file, sql } };
}

/** A value that its own script uses needs a commit in between, where the script can be cut there at all. */
async function undoMode(planned: PlannedUndo, isHalfDone: boolean): Promise<UndoUnit['mode']> {
  const mode = modeOf(planned, isHalfDone);
  // BEGIN and COMMIT were refused with the script: whether all of it is undone or nothing, only the rollback itself can decide.
  if (mode === 'own-transaction') return 'transactional';
  if (mode === 'stepwise' || planned.directive === 'transaction') return mode;
  for (const [index, statement] of planned.statements.entries()) {
    if (statement.kind.kind !== 'enum-value') continue;
    const isUsed = mentions(planned.statements.slice(index + 1), await addedValues([statement]));
    if (isUsed && resumeRisks(planned).length === 0) return 'stepwise';
  }
  return mode;
}
