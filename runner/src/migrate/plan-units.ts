import type { Migration } from '../../../core/journal';
import { GateErrors } from '../errors/gate-error';
import { positionOf } from '../sql/position';
import { type ClassifiedStatement, readStatements } from '../sql/script-statements';

export type PlannedStatement = ClassifiedStatement;

export interface PlannedMigration {
  readonly migration: Migration;
  readonly statements: readonly PlannedStatement[];
}

/** What commits together. */
export interface Unit {
  readonly transactional: boolean;
  readonly migrations: readonly PlannedMigration[];
}

/**
 * Groups pending migrations into units: consecutive transactional ones commit together, one that PostgreSQL won't
 * run in a transaction stands alone, and a new enum value is committed before the next migration can use it.
 *
 * @throws GateErrors (78) for files that can't be run as they are, all of them at once.
 */
export async function planUnits(migrations: readonly Migration[]): Promise<Unit[]> {
  const units: { transactional: boolean; migrations: PlannedMigration[] }[] = [];
  const problems: string[] = [];
  let open = false;
  for (const migration of migrations) {
    const planned = await planMigration(migration);
    problems.push(...refusals(planned));
    const transactional = planned.statements.every(({ kind }) => kind.kind !== 'non-transactional');
    const last = units.at(-1);
    if (open && transactional && last) last.migrations.push(planned);
    else units.push({ transactional, migrations: [planned] });
    open = transactional && planned.statements.every(({ kind }) => kind.kind !== 'enum-value');
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

export async function planMigration(migration: Migration): Promise<PlannedMigration> {
  return { migration, statements: await readStatements(migration.sql) };
}

/** What a rerun's new session no longer has. */
const TEMPORARY = /^create\s+(?:(?:local|global)\s+)?temp(?:orary)?\b/i;

function refusals({ migration, statements }: PlannedMigration): string[] {
  const alone = statements.find(({ kind }) => kind.kind === 'non-transactional');
  const leaves = alone && 'what' in alone.kind ? alone.kind.what : undefined;
  return statements.flatMap(({ kind, start, text }) => {
    const at = () => `${migration.tag}.sql, line ${positionOf(migration.sql, start).line}`;
    if (kind.kind === 'transaction-control') {
      return [
        `${at()}: ${kind.what} is not allowed here; the runner opens and commits the transaction itself`,
      ];
    }
    if (leaves && TEMPORARY.test(text)) {
      return [
        `${at()}: a temporary table is gone when an interrupted migration goes on, and this one can't run in one transaction; use an ordinary table and drop it, or move ${leaves} into a migration of its own`,
      ];
    }
    if (kind.kind === 'copy-from-stdin') {
      return [`${at()}: COPY … FROM STDIN has no input here; use INSERT, or load the data apart`];
    }
    if (kind.kind === 'psql-command') {
      return [`${at()}: ${kind.what} is a command of psql, not SQL; remove it, or write SQL instead`];
    }
    return [];
  });
}
