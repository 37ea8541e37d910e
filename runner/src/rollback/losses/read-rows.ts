import type { Node, RangeVar, WithClause } from 'libpg-query';
import { relationName } from '../../sql/node-values';
import type { ActBody, RowChange } from './act';

/** What a statement does to rows that are there, also inside WITH, PREPARE and EXPLAIN. */
export function readRowChanges(node: Node): ActBody[] {
  if ('DeleteStmt' in node) {
    const { relation, whereClause, usingClause, withClause } = node.DeleteStmt;
    const isWhole = isAlways(whereClause) && !usingClause;
    return [...change('DELETE', relation, { removes: true, isWhole }), ...inside(withClause)];
  }
  if ('UpdateStmt' in node) {
    const { relation, whereClause, fromClause, withClause, targetList } = node.UpdateStmt;
    const isWhole = isAlways(whereClause) && !fromClause;
    return [
      ...change('UPDATE', relation, { isWhole, columns: columnsOf(targetList) }),
      ...inside(withClause),
    ];
  }
  if ('InsertStmt' in node) {
    const { relation, onConflictClause, selectStmt, withClause } = node.InsertStmt;
    const overwrites = onConflictClause?.action === 'ONCONFLICT_UPDATE';
    const columns = columnsOf(onConflictClause?.targetList);
    return [
      ...(overwrites ? change('INSERT … ON CONFLICT DO UPDATE', relation, { columns }) : []),
      ...inside(withClause),
      ...(selectStmt ? readRowChanges(selectStmt) : []),
    ];
  }
  if ('MergeStmt' in node) {
    const { relation, mergeWhenClauses, withClause } = node.MergeStmt;
    const clauses = (mergeWhenClauses ?? []).flatMap((clause) =>
      'MergeWhenClause' in clause ? [clause.MergeWhenClause] : [],
    );
    const removes = clauses.some(({ commandType }) => commandType === 'CMD_DELETE');
    const updates = clauses.filter(({ commandType }) => commandType === 'CMD_UPDATE');
    const columns = updates.flatMap(({ targetList }) => columnsOf(targetList));
    return [
      ...(removes ? change('MERGE', relation, { removes }) : []),
      ...(updates.length > 0 ? change('MERGE', relation, { columns }) : []),
      ...inside(withClause),
    ];
  }
  if ('TruncateStmt' in node) {
    const { relations = [], behavior } = node.TruncateStmt;
    const tables = relations.flatMap((relation) =>
      'RangeVar' in relation ? [relationName(relation.RangeVar)] : [],
    );
    return [{ does: 'truncate', relations: tables, cascade: behavior === 'DROP_CASCADE' }];
  }
  if ('SelectStmt' in node) return inside(node.SelectStmt.withClause);
  if ('CreateTableAsStmt' in node && node.CreateTableAsStmt.query)
    return readRowChanges(node.CreateTableAsStmt.query);
  if ('PrepareStmt' in node && node.PrepareStmt.query) return readRowChanges(node.PrepareStmt.query);
  // Without ANALYZE it runs nothing; to tell that apart is not worth a word.
  return 'ExplainStmt' in node && node.ExplainStmt.query ? readRowChanges(node.ExplainStmt.query) : [];
}

function change(
  command: RowChange['command'],
  relation: RangeVar | undefined,
  rest: Partial<RowChange>,
): RowChange[] {
  if (!relation) return [];
  const none = { removes: false, columns: [], isWhole: false };
  return [{ does: 'change rows', command, relation: relationName(relation), ...none, ...rest }];
}

function columnsOf(targets: readonly Node[] | undefined): string[] {
  return (targets ?? []).flatMap((node) => ('ResTarget' in node ? (node.ResTarget.name ?? []) : []));
}

function isAlways(condition: Node | undefined): boolean {
  return !condition || ('A_Const' in condition && condition.A_Const.boolval?.boolval === true);
}

function inside(clause: WithClause | undefined): ActBody[] {
  return (clause?.ctes ?? []).flatMap((expression) => {
    const query = 'CommonTableExpr' in expression ? expression.CommonTableExpr.ctequery : undefined;
    return query ? readRowChanges(query) : [];
  });
}
