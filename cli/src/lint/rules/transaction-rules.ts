import { resumeRisks } from '../../../../runner/src/migrate/resume-risks';
import type { LintFinding } from '../finding';
import { findingAt } from '../place';
import type { LintedMigration, LintedStatement } from '../read-units';

const COMMITS = /\b(?:commit|rollback)\b/i;
const OPENS = 'begin';
const CLOSES = /^(?:commit|rollback|prepare transaction)$/;

/** What a file's way of using transactions leads to when the runner runs it. */
export function transactionFindings(linted: LintedMigration): LintFinding[] {
  if (linted.problems.length > 0) return [];
  return [
    ...concurrentlyInside(linted),
    ...ownTransaction(linted),
    ...partlyTransactional(linted),
    ...notResumable(linted),
    ...unnamedIndexes(linted),
  ];
}

function whatAlone({ kind }: LintedStatement): string | undefined {
  return kind.kind === 'non-transactional' ? kind.what : undefined;
}

/** PostgreSQL refuses it there; the runner opens no transaction around it, so the file itself does. */
function concurrentlyInside(linted: LintedMigration): LintFinding[] {
  const { migration, directive, mode, statements } = linted;
  const findings: LintFinding[] = [];
  // A file that begins or commits by itself starts inside a transaction, as with Drizzle.
  let isOpen = directive === 'transaction' || mode === 'own-transaction';
  for (const statement of statements) {
    const { kind, start } = statement;
    if (kind.kind === 'transaction-control') {
      if (kind.command === OPENS) isOpen = true;
      else if (CLOSES.test(kind.command)) isOpen = false;
    }
    const what = whatAlone(statement);
    if (what === undefined || !isOpen) continue;
    findings.push(
      findingAt(migration, start, {
        ...{ rule: 'concurrently-in-transaction', severity: 'error' },
        message: `PostgreSQL refuses ${what} in a transaction, and the file asks for one`,
        remedy:
          directive === 'transaction'
            ? 'take the line "-- drizzle-gate: transaction" out of the file'
            : 'take BEGIN and COMMIT out of the file: the runner runs it outside a transaction by itself',
      }),
    );
  }
  return findings;
}

function ownTransaction({ migration, mode, statements }: LintedMigration): LintFinding[] {
  const control = statements.find(({ kind }) => kind.kind === 'transaction-control');
  if (mode !== 'own-transaction' || control?.kind.kind !== 'transaction-control') return [];
  return [
    findingAt(migration, control.start, {
      ...{ rule: 'own-transaction', severity: 'warning' },
      message: `the file itself ends or begins transactions (${control.kind.what}): what it committed stays when it fails later, and it can't run through a pooler`,
      remedy:
        'leave transactions to the runner, which finds what PostgreSQL refuses in one; statements that must commit by themselves go into a file that begins with "-- drizzle-gate: no-transaction"',
    }),
  ];
}

/** Where the author asked for it, it is meant. */
function partlyTransactional({ migration, mode, directive, statements }: LintedMigration): LintFinding[] {
  if (mode !== 'stepwise' || directive === 'no-transaction') return [];
  const alone = statements.find((statement) => whatAlone(statement) !== undefined);
  const others = statements.filter(({ kind, effects }) => {
    const isHarmless = effects.locks.length === 0 && effects.creates.length === 0;
    return kind.kind !== 'non-transactional' && kind.kind !== 'setting' && !isHarmless;
  });
  if (!alone || others.length === 0) return [];
  return [
    findingAt(migration, alone.start, {
      ...{ rule: 'partly-transactional', severity: 'warning' },
      message: `${whatAlone(alone)} makes the whole file run statement by statement: when it fails, what stands before stays`,
      remedy: `move it into a migration of its own, or say that it is meant: -- drizzle-gate: no-transaction`,
    }),
  ];
}

function notResumable({ migration, mode, directive, statements }: LintedMigration): LintFinding[] {
  if (mode === 'transactional') return [];
  const risks = resumeRisks({ migration, statements, directive }).filter(
    ({ what, statement }) => what !== 'DO' || COMMITS.test(statement.text),
  );
  return risks.map(({ what, consequence, statement }) =>
    findingAt(migration, statement.start, {
      ...{ rule: 'not-resumable', severity: 'warning' },
      message: `when the run is interrupted and goes on, ${what} ${consequence}`,
      remedy: 'do without it, or move it into a migration that can run in one transaction',
    }),
  );
}

function unnamedIndexes({ migration, statements }: LintedMigration): LintFinding[] {
  return statements.flatMap(({ kind, start }) => {
    if (kind.kind !== 'non-transactional' || kind.target.command !== 'create index') return [];
    if (kind.target.name !== undefined) return [];
    return [
      findingAt(migration, start, {
        ...{ rule: 'unnamed-concurrent-index', severity: 'warning' },
        message:
          "the index has no name, so a run that was interrupted can't find it again and builds a second one",
        remedy: 'name it',
      }),
    ];
  });
}
