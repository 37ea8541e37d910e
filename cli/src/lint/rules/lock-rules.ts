import { isSame, nameText } from '../../../../runner/src/sql/effects/effects';
import { blocksWrites } from '../../../../runner/src/sql/effects/lock-mode';
import type { QualifiedName } from '../../../../runner/src/sql/node-values';
import { positionOf } from '../../../../runner/src/sql/position';
import type { LintFinding } from '../finding';
import { NewObjects } from '../new-objects';
import { findingAt } from '../place';
import type { LintedMigration, LintedStatement } from '../read-units';

const TEMPORARY = /\bcreate\s+temp(?:orary)?\s/i;

/** A strong lock that a unit has taken on a table that others use. */
interface Held {
  readonly linted: LintedMigration;
  readonly statement: LintedStatement;
  readonly what: string;
}

/** What PostgreSQL's locks do over a whole unit, which may be several files: squawk looks at one. */
export function lockFindings(migrations: readonly LintedMigration[], together: boolean): LintFinding[] {
  const findings: LintFinding[] = [];
  let objects = new NewObjects();
  let unit: UnitLocks | undefined;
  for (const linted of migrations) {
    if (!together) objects = new NewObjects();
    if (unit?.number !== linted.unit) unit = new UnitLocks(linted.unit);
    for (const statement of linted.statements) {
      findings.push(...rewritten(linted, statement, objects), ...emptied(linted, statement, objects));
      if (linted.mode === 'transactional') findings.push(...unit.see(linted, statement, objects));
      objects.follow(statement);
    }
  }
  return findings;
}

class UnitLocks {
  private held: Held | undefined;
  private isTold = false;
  private readonly notValid = new Map<string, LintedMigration>();

  constructor(readonly number: number) {}

  see(linted: LintedMigration, statement: LintedStatement, objects: NewObjects): LintFinding[] {
    const findings = [...this.keptThrough(linted, statement), ...this.validated(linted, statement)];
    const lock = statement.effects.locks.find(
      ({ relation, mode, of }) =>
        of === 'relation' &&
        blocksWrites(mode) &&
        !objects.isNew(relation) &&
        !isDropped(statement, relation),
    );
    if (lock) this.held ??= { linted, statement, what: `${lock.mode} on ${nameText(lock.relation)}` };
    return findings;
  }

  /** One is enough: the way out is the same for all. */
  private keptThrough(linted: LintedMigration, { effects, start }: LintedStatement): LintFinding[] {
    if (!this.held || this.isTold || effects.changesData !== 'many') return [];
    this.isTold = true;
    const { what } = this.held;
    return [
      findingAt(linted.migration, start, {
        ...{ rule: 'lock-kept-through-data-change', severity: 'warning' },
        message: `${what} (${this.place(this.held, linted)}) is kept while this changes data`,
        remedy:
          'change the data in a migration of its own that begins with "-- drizzle-gate: no-transaction", so that each statement commits by itself',
      }),
    ];
  }

  /** Within one file squawk sees it. */
  private validated(linted: LintedMigration, { node, start }: LintedStatement): LintFinding[] {
    if (!node || !('AlterTableStmt' in node)) return [];
    const findings: LintFinding[] = [];
    for (const each of node.AlterTableStmt.cmds ?? []) {
      if (!('AlterTableCmd' in each)) continue;
      const { subtype, name, def } = each.AlterTableCmd;
      if (subtype === 'AT_AddConstraint' && def && 'Constraint' in def && def.Constraint.skip_validation) {
        this.notValid.set(def.Constraint.conname ?? '', linted);
      }
      const added = subtype === 'AT_ValidateConstraint' ? this.notValid.get(name ?? '') : undefined;
      if (!added || added === linted) continue;
      findings.push(
        findingAt(linted.migration, start, {
          ...{ rule: 'validated-in-same-unit', severity: 'warning' },
          message: `validates ${name} in the transaction in which ${added.migration.file} adds it, so the lock that NOT VALID keeps short is held through the scan`,
          remedy:
            'begin this file with the line "-- drizzle-gate: no-transaction", so that it is no part of that transaction',
        }),
      );
    }
    return findings;
  }

  private place({ linted, statement }: Held, here: LintedMigration): string {
    const { line } = positionOf(linted.migration.sql, statement.start);
    return linted === here ? `line ${line}` : `${linted.migration.file}, line ${line}`;
  }
}

/** Nobody waits for a table that is gone afterwards. */
function isDropped({ effects }: LintedStatement, relation: QualifiedName): boolean {
  return effects.tableChanges.some(
    (change) => change.does === 'drop table' && isSame(change.relation, relation),
  );
}

function rewritten(
  { migration }: LintedMigration,
  { effects, start }: LintedStatement,
  objects: NewObjects,
): LintFinding[] {
  const table = effects.rewrites.find((relation) => !objects.isNew(relation) && !objects.isEmptied(relation));
  if (!table) return [];
  return [
    findingAt(migration, start, {
      ...{ rule: 'table-rewrite', severity: 'warning' },
      message: `PostgreSQL writes every row of ${nameText(table)} anew, and nobody can read or write the table until then`,
      remedy:
        'add the column without a default that differs by row, set the default for new rows, and fill the old ones in small steps',
    }),
  ];
}

/** Tables and columns that are dropped have rules of squawk. */
function emptied(
  { migration }: LintedMigration,
  { effects, start, text }: LintedStatement,
  objects: NewObjects,
): LintFinding[] {
  // Of a block, whose temporary tables are its own.
  if (TEMPORARY.test(text)) return [];
  const lost = effects.destroys.find(
    ({ what, relation, columns }) =>
      (/^every row of /.test(what) || /^schema /.test(what)) &&
      columns === undefined &&
      !(relation && objects.isNew(relation)),
  );
  if (!lost) return [];
  return [
    findingAt(migration, start, {
      ...{ rule: 'rows-deleted', severity: 'warning' },
      message: `destroys ${lost.what}`,
      remedy: 'be sure that it is meant, and have a backup; the rollback can not bring it back',
    }),
  ];
}
