import type { Migration, RollbackScript } from '../../../../core/journal';
import { plural } from '../../../../runner/src/report/plural';
import type { Catalog } from '../../catalog/catalog-object';
import type { Change, OrderChange } from '../../catalog/compare-catalogs';
import { readRelationOids } from '../../catalog/relation-oids';
import type { Finding } from '../../report/finding';
import type { ScratchDatabase } from '../../scratch/scratch-server';
import { NOT_RUN, type Proof, type Steps } from './proof';
import { apply, catalogOf, compare, compareRestored, type ProofContext, renderFinding } from './proof-steps';
import { remedyForRoles, roleWarnings } from './role-findings';
import { dropNewRoles, rolesOf } from './roles';
import { RowWitness } from './row-witness';
import { undo } from './undo';

/** A migration that has a script which can be tried. */
export interface Candidate {
  readonly migration: Migration;
  readonly script: RollbackScript;
  /** The one before it in the journal; undefined for the first. */
  readonly target: string | undefined;
}

export interface Attempt {
  readonly proof: Omit<Proof, 'migration' | 'milliseconds'>;
  /** The catalog with the migration applied; undefined where it could not be applied. */
  readonly applied?: Catalog | undefined;
}

/**
 * Tries one migration on a database that has all before it: up, down by the runner's own rollback, compared with what
 * was before; up again, compared with what the first time made.
 *
 * @param before the catalog of the database.
 */
export async function proveMigration(
  database: ScratchDatabase,
  { migration, script, target }: Candidate,
  before: Catalog,
  context: ProofContext,
): Promise<Attempt> {
  const run = new Run(script.path);
  const { tag } = migration;
  const roles = await rolesOf(database);
  const witness = new RowWitness(database, context, script.sql);
  await witness.beforeUp();
  const refused = await apply(database, context, tag);
  if (refused) return run.failed('up', refused);
  run.steps.up = 'yes';
  run.applied = await catalogOf(database, context);
  const applied = new Set((await readRelationOids(database.sql)).values());
  await witness.afterUp();

  const failure = await undo(database, context.journal, target);
  if (failure) return run.failed('down', { ...failure, path: script.path, line: failure.line ?? 1 });
  run.steps.down = 'yes';
  const made = await readRelationOids(database.sql);
  // By its oid, because it can have been renamed back.
  const isKept = (label: string) => applied.has(made.get(label) ?? '');
  const { differences, columnOrder, unvalidated } = await compareRestored(database, before, context, isKept);
  run.columnOrder = columnOrder;
  run.warnings.push(...unvalidated.map((key) => keyWarning(key, script)));
  run.steps.restored = differences.length > 0 ? 'no' : columnOrder.length > 0 ? 'order' : 'yes';
  if (differences.length > 0) {
    const message = `${script.name} does not restore what was before ${tag}: ${plural(differences.length, 'difference')}`;
    run.problems.push({ ...renderFinding(message, differences), path: script.path, line: 1 });
  }
  run.rows = await witness.afterDown();
  run.judgeRows(script, tag);

  const { dropped, left } = await dropNewRoles(database, roles);
  const refusedAgain = await apply(database, context, tag);
  if (refusedAgain) {
    const message = `after the rollback ${tag} can't be applied again: ${refusedAgain.message}`;
    const remedy = remedyForRoles(left);
    return run.failed('again', { ...refusedAgain, message, remedy, path: script.path, line: 1 });
  }
  run.warnings.push(...(await roleWarnings(migration, dropped)));
  const { differences: drift } = compare(run.applied, await catalogOf(database, context));
  run.steps.again = drift.length === 0 ? 'yes' : 'no';
  if (drift.length > 0) {
    const message = `applied again after the rollback, ${tag} makes something else than the first time: ${plural(drift.length, 'difference')}`;
    run.problems.push({ ...renderFinding(message, drift), path: script.path, line: 1 });
  }
  return run.ended();
}

/** What is known so far of a proof under way. */
class Run {
  readonly steps: { -readonly [step in keyof Steps]: Steps[step] } = { ...NOT_RUN };
  readonly problems: Finding[] = [];
  readonly warnings: Finding[] = [];
  columnOrder: readonly OrderChange[] = [];
  rows: Proof['rows'];
  applied: Catalog | undefined;

  constructor(private readonly script: string) {}

  failed(step: keyof Steps, problem: Finding): Attempt {
    this.steps[step] = 'no';
    this.problems.push(problem);
    return this.ended();
  }

  judgeRows({ path, name }: RollbackScript, tag: string): void {
    if (!this.rows) return;
    const { changed, declared, sequences } = this.rows;
    this.steps.rows = changed.length + sequences.length > 0 ? 'no' : 'yes';
    if (changed.length > 0) {
      this.problems.push({
        message: `${name} changes rows that were there before ${tag}: ${plural(changed.length, 'row')}`,
        detail: changed.join('\n'),
        remedy:
          'leave them as they are; where that is not possible, write -- DESTRUCTIVE: <what is lost> before the statement',
        ...{ path, line: 1 },
      });
    }
    if (sequences.length > 0) {
      this.problems.push({
        message: `${name} leaves ${plural(sequences.length, 'sequence')} behind, so that numbers come twice`,
        detail: sequences.join('\n'),
        remedy: 'continue where the rows end: SELECT setval(\'<sequence>\', max("<column>")) FROM "<table>";',
        ...{ path, line: 1 },
      });
    }
    if (declared.length > 0) {
      this.warnings.push({
        message: `after ${tag} and its rollback ${plural(declared.length, 'row is', 'rows are')} not as before: the migration changed them, or a statement marked DESTRUCTIVE did`,
        detail: declared.join('\n'),
        ...{ path, line: 1 },
      });
    }
  }

  ended(): Attempt {
    const { steps, problems, columnOrder, rows, applied } = this;
    const warnings = [...this.warnings, ...columnOrder.map((change) => this.orderWarning(change))];
    const state = problems.length > 0 ? 'failed' : 'proven';
    return { proof: { state, steps, script: this.script, problems, warnings, columnOrder, rows }, applied };
  }

  private orderWarning(change: OrderChange): Finding {
    return {
      ...renderFinding(
        `${change.kind} ${change.name} is restored with its columns in another order, which only a new table could change`,
        [change],
      ),
      ...{ path: this.script, line: 1 },
    };
  }
}

function keyWarning({ kind, name }: Change, { path }: RollbackScript): Finding {
  return {
    message: `${kind} ${name} is restored, but NOT VALID: rows refer to rows that are gone; new rows are checked`,
    ...{ path, line: 1 },
  };
}
