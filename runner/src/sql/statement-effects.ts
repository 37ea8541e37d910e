import type { Node } from 'libpg-query';
import { alterTableEffects } from './effects/alter-table';
import { blockStatements } from './effects/block-statements';
import { bulkEffects, listsRows } from './effects/bulk-data';
import { dataEffects } from './effects/change-data';
import { createEffects } from './effects/create';
import { dropEffects } from './effects/drop';
import { EffectsCollector, type StatementEffects } from './effects/effects';
import { maintenanceEffects } from './effects/maintain';
import { parseStatement } from './parse';

export type { Destroyed, RelationLock, StatementEffects } from './effects/effects';

/** The parser needs some 80 bytes for each of a statement's; nothing but data is longer than this. */
const LARGEST_PARSED = 200_000;

/**
 * Tells from PostgreSQL's parse tree what a statement locks, destroys and writes. A DO block in PL/pgSQL counts as
 * all the statements in it. Bulk data never reaches the parser: of such a statement only the first words are read.
 */
export async function statementEffects(text: string): Promise<StatementEffects> {
  const effects = new EffectsCollector();
  effects.isUnread = !(await collect(text, effects));
  return effects;
}

/** @returns false when the parser refuses the statement. */
async function collect(text: string, effects: EffectsCollector): Promise<boolean> {
  if (text.length > LARGEST_PARSED || listsRows(text)) {
    bulkEffects(text, text.length > LARGEST_PARSED ? 'many' : 'few', effects);
    return true;
  }
  const node = await parseStatement(text);
  if (!node) return false;
  if ('DoStmt' in node) {
    const { statements, unknown } = await blockStatements(text, node.DoStmt);
    effects.unknown.push(...unknown);
    for (const statement of statements) await collect(statement, effects);
  } else if ('CallStmt' in node) effects.unknown.push('CALL of a procedure');
  else collectNode(node, effects);
  return true;
}

function collectNode(node: Node, effects: EffectsCollector): void {
  if ('AlterTableStmt' in node) alterTableEffects(node.AlterTableStmt, effects);
  else if ('DropStmt' in node) dropEffects(node.DropStmt, effects);
  else {
    createEffects(node, effects);
    dataEffects(node, effects);
    maintenanceEffects(node, effects);
  }
}
