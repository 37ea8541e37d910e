import { isSame } from '../../../runner/src/sql/effects/effects';
import type { QualifiedName } from '../../../runner/src/sql/node-values';
import type { LintedStatement } from './read-units';
import { madeBy, targetsOf } from './squawk/targets';

/**
 * What the migrations themselves made or emptied before a statement: nobody uses it yet, and it has no rows that a lock
 * could be held for.
 */
export class NewObjects {
  private relations: QualifiedName[] = [];
  private emptied: QualifiedName[] = [];
  private readonly columns = new Set<string>();

  /** Whether all that the statement changes is new. */
  areTargetsOf({ node }: LintedStatement): boolean {
    const targets = node ? targetsOf(node) : [];
    return targets.length > 0 && targets.every((target) => this.isNew(target));
  }

  isNew(relation: QualifiedName): boolean {
    return has(this.relations, relation);
  }

  isEmptied(relation: QualifiedName): boolean {
    return has(this.emptied, relation);
  }

  isNewColumn(relation: QualifiedName, column: string): boolean {
    return this.columns.has(columnKey(relation, column));
  }

  follow({ node, effects }: LintedStatement): void {
    this.relations.push(...effects.creates, ...(node ? madeBy(node) : []));
    for (const { from, to } of effects.renames) {
      if (!this.isNew(from)) continue;
      this.relations = this.relations.filter((relation) => !isAlike(relation, from));
      this.relations.push(to);
    }
    for (const change of effects.tableChanges) {
      if (change.does === 'add column') this.columns.add(columnKey(change.relation, change.column));
      else if (change.does === 'truncate') this.emptied.push(change.relation);
    }
    if (node && 'DeleteStmt' in node && !node.DeleteStmt.whereClause && !node.DeleteStmt.usingClause) {
      const { relation } = node.DeleteStmt;
      if (relation) this.emptied.push({ schema: relation.schemaname, name: relation.relname ?? '' });
    }
    if (effects.changesData !== 'nothing' && !(node && 'DeleteStmt' in node)) {
      this.emptied = this.emptied.filter(
        (table) =>
          !effects.locks.some(({ relation, mode }) => mode === 'ROW EXCLUSIVE' && isAlike(relation, table)),
      );
    }
  }
}

function columnKey({ name }: QualifiedName, column: string): string {
  return JSON.stringify([name, column]);
}

function has(relations: readonly QualifiedName[], sought: QualifiedName): boolean {
  return relations.some((relation) => isAlike(relation, sought));
}

/** One of them may be written without its schema. */
function isAlike(a: QualifiedName, b: QualifiedName): boolean {
  return isSame(a, b) || (a.name === b.name && (a.schema === undefined || b.schema === undefined));
}
