import type { Node, RangeVar, WithClause } from 'libpg-query';
import { relationName } from '../node-values';
import { type EffectsCollector, nameText } from './effects';

/** INSERT, UPDATE, DELETE, MERGE, COPY and TRUNCATE, also inside WITH. */
export function dataEffects(node: Node, effects: EffectsCollector): void {
  if ('InsertStmt' in node) {
    const { relation, selectStmt, withClause } = node.InsertStmt;
    effects.lock(relation, 'ROW EXCLUSIVE');
    effects.change(selectStmt && !listsItsRows(selectStmt) ? 'many' : 'few');
    insideWith(withClause, effects);
    if (selectStmt) dataEffects(selectStmt, effects);
  } else if ('UpdateStmt' in node) {
    const { relation, whereClause, withClause, targetList } = node.UpdateStmt;
    const columns = (targetList ?? []).flatMap((node) =>
      'ResTarget' in node ? [node.ResTarget.name ?? ''] : [],
    );
    change(relation, whereClause, 'values in every row of', effects, columns);
    insideWith(withClause, effects);
  } else if ('DeleteStmt' in node) {
    const { relation, whereClause, usingClause, withClause } = node.DeleteStmt;
    change(relation, whereClause ?? usingClause?.[0], 'every row of', effects);
    insideWith(withClause, effects);
  } else if ('MergeStmt' in node) {
    effects.lock(node.MergeStmt.relation, 'ROW EXCLUSIVE');
    effects.change('many');
    insideWith(node.MergeStmt.withClause, effects);
  } else if ('CopyStmt' in node) {
    if (!node.CopyStmt.is_from) return;
    effects.lock(node.CopyStmt.relation, 'ROW EXCLUSIVE');
    effects.change('many');
  } else if ('TruncateStmt' in node) {
    const { relations, behavior } = node.TruncateStmt;
    for (const relation of relations ?? []) {
      if (!('RangeVar' in relation)) continue;
      const table = relationName(relation.RangeVar);
      const more = behavior === 'DROP_CASCADE' ? ', and of the tables that refer to it' : '';
      effects.destroy(`every row of ${nameText(table)}${more}`, table);
      effects.lock(table, 'ACCESS EXCLUSIVE');
      effects.tableChanges.push({
        ...{ does: 'truncate', relation: table },
        cascade: behavior === 'DROP_CASCADE',
      });
    }
  } else if ('SelectStmt' in node) {
    const { intoClause, withClause } = node.SelectStmt;
    if (intoClause?.rel) {
      effects.creates.push(relationName(intoClause.rel));
      effects.change('many');
    }
    insideWith(withClause, effects);
  }
}

function change(
  relation: RangeVar | undefined,
  condition: Node | undefined,
  loss: string,
  effects: EffectsCollector,
  columns?: readonly string[],
): void {
  if (!relation) return;
  const table = relationName(relation);
  effects.lock(table, 'ROW EXCLUSIVE');
  effects.change('many');
  if (!condition || isTrue(condition))
    effects.destroy(`${loss} ${nameText(table)}`, table, columns && { columns });
}

function isTrue(condition: Node): boolean {
  return 'A_Const' in condition && condition.A_Const.boolval?.boolval === true;
}

function listsItsRows(select: Node): boolean {
  if (!('SelectStmt' in select)) return false;
  const { valuesLists, fromClause, op, withClause } = select.SelectStmt;
  return valuesLists !== undefined || (!fromClause && !withClause && op === 'SETOP_NONE');
}

function insideWith(clause: WithClause | undefined, effects: EffectsCollector): void {
  for (const expression of clause?.ctes ?? []) {
    const query = 'CommonTableExpr' in expression ? expression.CommonTableExpr.ctequery : undefined;
    if (query) dataEffects(query, effects);
  }
}
