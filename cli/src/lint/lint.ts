import { type Journal, JournalError, type Migration, readJournal } from '../../../core/journal';
import { changedFiles, defaultBase } from '../selection/changed-files';
import { selectByFile, selectByTag } from '../selection/select-migrations';
import { inOrder, type LintFinding, type LintReport } from './finding';
import { withoutIgnored } from './ignores';
import { type LintedMigration, readUnits } from './read-units';
import { refuseUnknownRules } from './refuse-unknown';
import { OWN_RULES } from './rule-names';
import { branchFindings } from './rules/branch-rules';
import { databaseFindings } from './rules/database-rules';
import { enumFindings } from './rules/enum-rules';
import { fileFindings } from './rules/file-rules';
import { brokenFolder, journalFindings } from './rules/journal-rules';
import { lockFindings } from './rules/lock-rules';
import { rollbackFindings } from './rules/rollback-rules';
import { snapshotFindings } from './rules/snapshot-rules';
import { transactionFindings } from './rules/transaction-rules';
import { squawkBinary } from './squawk/binary';
import { findConfig } from './squawk/find-config';
import { judgeViolations } from './squawk/judge';
import { readViolations } from './squawk/read-violations';

export interface LintOptions {
  readonly folder: string;
  /** Tags or numbers; none means all. */
  readonly tags: readonly string[];
  /** Only what changed since this branch was left; `true` for the branch that is mostly meant. */
  readonly changed: string | true | undefined;
  readonly squawk: boolean;
  readonly pgVersion: string | undefined;
  /** Rules that are left out. */
  readonly exclude: readonly string[];
  /** Rules about taste that count. */
  readonly include: readonly string[];
  /** The connection in variables, where a database is to be asked. */
  readonly database: Readonly<Record<string, string>> | undefined;
  readonly environment: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

export interface LintResult extends LintReport {
  /** The runner's code, where the database could not be asked. */
  readonly databaseFailed?: number | undefined;
}

interface Chosen {
  readonly migrations: readonly Migration[];
  readonly base?: string | undefined;
  readonly changed?: ReadonlySet<string> | undefined;
}

/**
 * Looks for what makes migrations dangerous when the runner applies them, and for what Drizzle does not notice.
 *
 * @throws GateError (78) when the folder can't be found, or something that was asked for can't be done.
 */
export async function lint(options: LintOptions): Promise<LintResult> {
  const { folder, exclude } = options;
  await refuseUnknownRules(options);
  let journal: Journal;
  try {
    journal = readJournal(folder, '--migrations');
  } catch (error) {
    if (!(error instanceof JournalError) || isNoFolder(error)) throw error;
    return { folder, migrations: [], findings: brokenFolder(folder, error), notes: [] };
  }
  const chosen = await choose(journal, options);
  const together = options.tags.length > 0 || chosen.changed !== undefined;
  const migrations = await readUnits(chosen.migrations, together);
  const { notes, ...asked } = await askOthers(journal, migrations, chosen, together, options);
  const findings = [...(await ownFindings(journal, migrations, chosen, together)), ...asked.findings];
  const isKept = ({ rule }: LintFinding) => !exclude.includes(rule);
  const paths = journal.migrations.map(({ path }) => path);
  return {
    folder,
    migrations: chosen.migrations.map(({ tag }) => tag),
    findings: inOrder(withoutIgnored(findings.filter(isKept), migrations), paths),
    notes,
    databaseFailed: asked.databaseFailed,
  };
}

/** There is nothing to tell of a folder that is none. */
function isNoFolder({ problems }: JournalError): boolean {
  return problems.some((problem) => /^(?:the folder |is not a folder|has neither )/.test(problem));
}

async function choose(
  journal: Journal,
  { tags, changed, folder, environment }: LintOptions,
): Promise<Chosen> {
  if (tags.length > 0) return { migrations: selectByTag(journal, tags) };
  if (changed === undefined) return { migrations: journal.migrations };
  const base = changed === true ? defaultBase(environment) : changed;
  const files = await changedFiles(folder, base);
  return { migrations: selectByFile(journal, files), base, changed: files };
}

async function ownFindings(
  journal: Journal,
  migrations: readonly LintedMigration[],
  { migrations: asked, base, changed }: Chosen,
  together: boolean,
): Promise<LintFinding[]> {
  const files = new Set([...asked.map(({ file }) => file), ...(changed ?? [])]);
  const isChosen = (file: string) => !together || files.has(file);
  const ofFiles: LintFinding[] = [];
  for (const linted of migrations) {
    ofFiles.push(...(await fileFindings(linted)), ...transactionFindings(linted), ...enumFindings(linted));
  }
  return [
    ...ofFiles,
    ...lockFindings(migrations, together),
    ...journalFindings(journal, isChosen, together ? 'error' : 'warning'),
    ...snapshotFindings(journal, isChosen, together),
    ...rollbackFindings(journal, asked),
    ...(base !== undefined && changed ? await branchFindings(journal, base, changed) : []),
  ];
}

/** What others know: squawk of the statements, a database of what it has. */
async function askOthers(
  journal: Journal,
  migrations: readonly LintedMigration[],
  chosen: Chosen,
  together: boolean,
  options: LintOptions,
): Promise<{ findings: LintFinding[]; notes: string[]; databaseFailed?: number }> {
  const { squawk, database, include, pgVersion, signal } = options;
  const findings: LintFinding[] = [];
  const notes: string[] = [];
  let databaseFailed: number | undefined;
  if (squawk) {
    const config = findConfig(options.folder);
    const run = { binary: squawkBinary(), config, pgVersion, signal };
    const { placed, unread } = await readViolations(run, readable(migrations));
    const judged = { journal, withOpinions: config !== undefined, included: new Set(include), together };
    findings.push(...(await judgeViolations(placed, migrations, judged)).filter(isMeant));
    for (const { linted, statement } of unread) {
      if (statement.effects.isUnread) continue; // A finding tells it.
      notes.push(
        `squawk can't read statement ${statement.number} of ${linted.migration.file}, so it says nothing of it`,
      );
    }
  }
  if (database) {
    const answer = await databaseFindings(journal, database);
    if ('failed' in answer) {
      databaseFailed = answer.failed;
      notes.push(`the database could not be asked: ${answer.why}`);
    } else {
      const tags = new Set(chosen.migrations.map(({ path }) => path));
      findings.push(
        ...answer.findings.filter(({ path }) => path === undefined || !together || tags.has(path)),
      );
    }
  }
  return { findings, notes, ...(databaseFailed !== undefined && { databaseFailed }) };
}

/** Of a file with a conflict squawk could only say the same. */
function readable(migrations: readonly LintedMigration[]): LintedMigration[] {
  return migrations.filter(({ statements }) => statements.length > 0);
}

/** Comments may name our own rules, which squawk does not know. */
function isMeant({ rule, message }: LintFinding): boolean {
  return rule !== 'unused-ignore' || !(message.replace(/^unknown name /, '') in OWN_RULES);
}
