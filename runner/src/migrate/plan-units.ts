import type { Migration } from '../../../core/journal';
import type { TransactionMode } from '../config/settings';
import type { Session } from '../database/session';
import { GateErrors } from '../errors/gate-error';
import { readDirective } from '../sql/directive';
import { lineCounter } from '../sql/position';
import { type ClassifiedStatement, readStatements } from '../sql/script-statements';
import { resumeRisks } from './resume-risks';
import { stepwiseRefusals } from './stepwise-refusals';
import type { PlannedMigration, PlannedScript, Unit, UnitMode } from './unit';

/**
 * Groups pending migrations into units: consecutive transactional ones commit together, one that PostgreSQL won't run in
 * a transaction or that manages its own stands alone, and what one leaves to its commit is committed before the next.
 *
 * @param interrupted tags of migrations that stopped midway: whatever their files look like now, what they have done
 *   must be found again.
 * @param backslashes how the session reads them, see {@link Session}.
 * @throws GateErrors (78) for files that can't be run as they are, all of them at once.
 */
export async function planUnits(
  migrations: readonly Migration[],
  transactionMode: TransactionMode = 'all',
  interrupted: ReadonlySet<string> = new Set(),
  { backslashes }: Pick<Session, 'backslashes'> = { backslashes: false },
): Promise<Unit[]> {
  const units: { mode: UnitMode; migrations: PlannedMigration[] }[] = [];
  const problems: string[] = [];
  let open = false;
  for (const migration of migrations) {
    const directive = readDirective(migration.sql, backslashes);
    const statements = await readStatements(migration.sql, backslashes);
    const planned = { migration, statements, directive: directive.mode };
    const mode = modeOf(planned, interrupted.has(migration.tag));
    problems.push(
      ...directive.problems.map((problem) => `${migration.file}: ${problem}`),
      ...scriptProblems(planned, mode),
    );
    const last = units.at(-1);
    if (open && mode === 'transactional' && last) last.migrations.push(planned);
    else units.push({ mode, migrations: [planned] });
    open = transactionMode === 'all' && mode === 'transactional' && !planned.statements.some(endsTransaction);
  }
  if (problems.length > 0) {
    throw new GateErrors(
      'CONFIG',
      problems,
      'change these files; where they are applied somewhere already, an edited file is refused there (81)',
    );
  }
  return units;
}

/** How a script must be run; one that stopped midway is never one transaction again. */
export function modeOf({ statements, directive }: PlannedScript, isInterrupted: boolean): UnitMode {
  if (statements.some(managesTransaction)) return 'own-transaction';
  if (directive) return directive === 'transaction' && !isInterrupted ? 'transactional' : 'stepwise';
  const isAlone = ({ kind }: ClassifiedStatement) => kind.kind === 'non-transactional';
  return isInterrupted || statements.some(isAlone) ? 'stepwise' : 'transactional';
}

/** SET TRANSACTION too: it must come before every other statement of its transaction, our own ones included. */
function managesTransaction(statement: ClassifiedStatement): boolean {
  const { kind } = statement;
  return beginsOrEnds(statement) || (kind.kind === 'setting' && kind.what === 'SET TRANSACTION');
}

/** A savepoint does neither: it lives in whatever transaction is open. */
function beginsOrEnds({ kind }: ClassifiedStatement): boolean {
  return kind.kind === 'transaction-control' && kind.savepoint === undefined;
}

/** A new enum value can be used only then; which constraints are deferred, no reset takes back before. */
function endsTransaction({ kind }: ClassifiedStatement): boolean {
  return kind.kind === 'enum-value' || (kind.kind === 'setting' && kind.what === 'SET CONSTRAINTS');
}

/** Why a script can't be run as it is. */
export function scriptProblems(planned: PlannedScript, mode: UnitMode): string[] {
  const { migration, statements, directive } = planned;
  const lineOf = lineCounter(migration.sql);
  const at = (start: number) => `${migration.file}, line ${lineOf(start)}`;
  const control = statements.find(beginsOrEnds);
  const problems: string[] = [];
  if (control && directive) {
    problems.push(
      `${at(control.start)}: the file begins or commits a transaction by itself, so it can't have the directive ${JSON.stringify(directive)}; take one of them out`,
    );
  }
  for (const { kind, start } of statements) {
    if (kind.kind === 'copy-from-stdin') {
      problems.push(
        kind.what === 'COPY … FROM STDIN'
          ? `${at(start)}: ${kind.what} has no input here; use INSERT, or load the data apart`
          : `${at(start)}: nobody reads what ${kind.what} gives; take it out`,
      );
    } else if (kind.kind === 'psql-command') {
      problems.push(
        `${at(start)}: ${kind.what} is a command of psql, not SQL; remove it, or write SQL instead`,
      );
    }
  }
  if (mode === 'stepwise') {
    problems.push(...stepwiseRefusals(statements).map(({ start, problem }) => `${at(start)}: ${problem}`));
  }
  // A file that commits by itself is run as Drizzle runs it; in one that only we cut up, such a table is never needed.
  const temporary =
    mode === 'stepwise' && resumeRisks(planned).find(({ what }) => what === 'a temporary table');
  if (temporary) {
    const found = statements.find(({ kind }) => kind.kind === 'non-transactional')?.kind;
    const alone = found && 'what' in found ? found.what : 'what needs no transaction';
    problems.push(
      `${at(temporary.statement.start)}: a temporary table is gone when an interrupted migration goes on, and this one can't run in one transaction; use an ordinary table and drop it, or move ${alone} into a migration of its own`,
    );
  }
  return problems;
}
