import {
  findRollbackScript,
  type Journal,
  RollbackScriptError,
  sha256,
  sharedNumberProblem,
  unfiledScriptNames,
  withLf,
} from '../../../core/journal';
import type { Settings } from '../config/settings';
import type { Session } from '../database/session';
import { readStoredTexts } from '../database/stored-scripts';
import { GateErrors } from '../errors/gate-error';
import { readDirective } from '../sql/directive';
import { readStatements } from '../sql/script-statements';
import type { RollbackMember } from './member';
import type { RollbackRange } from './resolve-range';
import { scriptDifference } from './script-difference';
import { scriptProblems } from './script-problems';
import type { UndoScript } from './undo-script';

type FoundScript = Pick<UndoScript, 'member' | 'file' | 'source' | 'sql' | 'hash' | 'difference'>;

/**
 * Finds the script of every member, in the order of undoing: the file in ROLLBACK_FOLDER, that beside the migrations,
 * or what was stored when the migration was applied.
 *
 * @throws GateErrors (83) naming all that are missing, ambiguous, irreversible or can't be run as they are.
 */
export async function loadScripts(
  session: Session,
  journal: Journal,
  { members }: Pick<RollbackRange, 'members'>,
  settings: Pick<Settings, 'migrations' | 'rollback'>,
): Promise<UndoScript[]> {
  const problems: string[] = [];
  const scripts: UndoScript[] = [];
  for (const found of await findScripts(session, journal, members, settings, problems)) {
    const { member, file, sql } = found;
    const { irreversible, mode, problems: misdirected } = readDirective(sql, session.backslashes);
    if (irreversible !== undefined) problems.push(isIrreversible(member.tag, irreversible, file));
    else {
      const statements = await readStatements(sql, session.backslashes);
      problems.push(...misdirected.map((problem) => `${file}, ${problem}`));
      problems.push(...(await scriptProblems(session, { tag: member.tag, file, sql, statements })));
      scripts.push({ ...found, statements, ...(mode && { directive: mode }) });
    }
  }
  if (problems.length > 0) {
    const isFinal = problems.every((problem) => problem.includes(IRREVERSIBLE));
    throw new GateErrors('NO_ROLLBACK', problems, isFinal ? NO_WAY : REMEDY);
  }
  return scripts;
}

const IRREVERSIBLE = ' is irreversible: ';

const NO_WAY = 'choose a target that keeps what is irreversible, or undo it with a new migration or a backup';

const REMEDY =
  'write rollback/<tag>.sql for what has none (`drizzle-gate rollback generate` drafts it) and correct the others; what is irreversible, undo with a new migration or a backup';

async function findScripts(
  session: Session,
  journal: Journal,
  members: readonly RollbackMember[],
  settings: Pick<Settings, 'migrations' | 'rollback'>,
  problems: string[],
): Promise<FoundScript[]> {
  const stored = members.flatMap((member) => member.stored ?? []);
  const texts = await readStoredTexts(session, settings.migrations, stored);
  return members.flatMap((member): FoundScript[] => {
    const declared = declarationProblems(member, session);
    problems.push(...declared);
    if (declared.length > 0) return [];
    try {
      const stored = storedOf(member, texts);
      const script = declaresAlone(member, stored, session)
        ? stored
        : (fileOf(member, journal, settings) ?? stored);
      if (!script) throw new RollbackScriptError(`${member.tag} has no rollback script`);
      return [withDifference(script, texts)];
    } catch (error) {
      if (!(error instanceof RollbackScriptError)) throw error;
      problems.push(error.message);
      return [];
    }
  });
}

/** What the migration's own file says about undoing it; what it says wrongly could be meant as that. */
function declarationProblems({ tag, migration }: RollbackMember, { backslashes }: Session): string[] {
  if (!migration) return [];
  const { irreversible, problems } = readDirective(migration.sql, backslashes);
  if (irreversible !== undefined) return [isIrreversible(tag, irreversible, migration.file)];
  return problems.map((problem) => `${migration.file}, ${problem}`);
}

/** Where the migration's file is not here, what was stored says in its place that nothing undoes it. */
function declaresAlone(
  { migration }: RollbackMember,
  stored: FoundScript | undefined,
  { backslashes }: Session,
): boolean {
  return (
    !migration && stored !== undefined && readDirective(stored.sql, backslashes).irreversible !== undefined
  );
}

/** @throws RollbackScriptError when it can't be told which it is, or it can't be read. */
function fileOf(
  member: RollbackMember,
  journal: Journal,
  { migrations, rollback }: Pick<Settings, 'migrations' | 'rollback'>,
): FoundScript | undefined {
  const { tag, migration } = member;
  const script = migration
    ? findRollbackScript(migration, migrations.folder, rollback.scriptsFolder)
    : mountedScript(tag, journal, rollback.scriptsFolder);
  if (!script) return undefined;
  const shared = sharedNumberProblem(journal, script);
  if (shared !== undefined) throw new RollbackScriptError(`${tag}: ${shared}`);
  const { file, sql, hash } = script;
  return { member, source: 'file', file, sql, hash };
}

/** A corrected script is mounted into the image that is there, and that can be older than the migration. */
function mountedScript(tag: string, journal: Journal, scriptsFolder: string | undefined) {
  if (!scriptsFolder) return undefined;
  const unfiled = { tag, layout: journal.layout };
  return findRollbackScript(unfiled, scriptsFolder, undefined, unfiledScriptNames(journal, unfiled));
}

function storedOf(member: RollbackMember, texts: ReadonlyMap<string, string>): FoundScript | undefined {
  const { stored } = member;
  const sql = stored && texts.get(stored.migration);
  if (!stored || sql === undefined) return undefined;
  return { member, source: 'stored', file: stored.file, sql, hash: sha256(withLf(sql)) };
}

function withDifference(script: FoundScript, texts: ReadonlyMap<string, string>): FoundScript {
  const { member, sql, hash } = script;
  const was = member.stored && texts.get(member.stored.migration);
  if (was === undefined || member.stored?.scriptHash === hash) return script;
  return { ...script, difference: scriptDifference(was, sql) };
}

function isIrreversible(tag: string, reason: string, file: string): string {
  return `${tag}${IRREVERSIBLE}${reason} (declared in ${file})`;
}
