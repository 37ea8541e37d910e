import type { Session } from '../database/session';
import { isInTransaction } from '../database/transaction';
import { askForSyntax } from '../preflight/pending/server-syntax';
import { parseStatement } from '../sql/parse';
import { positionOf } from '../sql/position';
import type { ClassifiedStatement } from '../sql/script-statements';

/** The script that is looked at. */
interface Script {
  readonly tag: string;
  readonly file: string;
  readonly sql: string;
  readonly statements: readonly ClassifiedStatement[];
}

/** Characters; what is longer is bulk data, which the parser must never see. */
const LARGEST_PARSED = 1_000_000;

/** Why a rollback script can't be run as it is, each with its line; empty when it can. */
export async function scriptProblems(session: Session, script: Script): Promise<string[]> {
  const { file, sql, statements } = script;
  if (statements.length === 0) {
    return [
      `${file} has no statement; write what undoes ${script.tag}, or SELECT 1; where nothing is to be undone`,
    ];
  }
  const problems: string[] = [];
  for (const statement of statements) {
    const problem = misplaced(statement);
    if (problem !== undefined) {
      problems.push(`${file}, line ${positionOf(sql, statement.start).line}: ${problem}`);
    } else problems.push(...(await syntaxProblem(session, script, statement)));
  }
  return problems;
}

function misplaced({ kind }: ClassifiedStatement): string | undefined {
  if (kind.kind === 'psql-command')
    return `${kind.what} is a command of psql, not SQL; remove it, or write SQL instead`;
  if (kind.kind === 'copy-from-stdin') {
    return kind.what === 'COPY … FROM STDIN'
      ? `${kind.what} has no input here; use INSERT, or load the data apart`
      : `nobody reads what ${kind.what} gives; take it out`;
  }
  const isControl = kind.kind === 'transaction-control' && kind.savepoint === undefined;
  if (!isControl && !(kind.kind === 'setting' && kind.what === 'SET TRANSACTION')) return undefined;
  return `${kind.what} can't run here, because the rollback itself begins and commits its transaction; take it out`;
}

/** What our parser can't read, the server may; it is asked where the statement can't be run by that. */
async function syntaxProblem(
  session: Session,
  { tag, file, sql }: Script,
  statement: ClassifiedStatement,
): Promise<string[]> {
  if (statement.text.length > LARGEST_PARSED || (await parseStatement(statement.text))) return [];
  const ask = () => askForSyntax(session, { file, script: sql, migration: tag, statement });
  const error = (await isInTransaction(session)) ? await asking(session, ask) : await ask();
  return error ? [error.message] : [];
}

/** The question fails always, and must not take the open transaction along. */
async function asking<T>(session: Session, ask: () => Promise<T>): Promise<T> {
  await session.execute('savepoint drizzle_gate_syntax');
  const answer = await ask();
  await session.execute('rollback to savepoint drizzle_gate_syntax; release savepoint drizzle_gate_syntax');
  return answer;
}
