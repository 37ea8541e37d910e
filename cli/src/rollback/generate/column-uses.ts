import type { Fact, FactBase } from '@supabase/pg-delta/core';
import type { ColumnId } from './fact-names';

/** What a value of a column must satisfy beside its type. */
export interface ColumnUses {
  /** Part of something in which no two rows may be alike. */
  readonly isUnique: boolean;
  /** Names of the foreign keys of which it is a part. */
  readonly foreignKeys: readonly string[];
  /** Its CHECK constraints, by name. */
  readonly checks: readonly { readonly name: string; readonly expression: string }[];
}

export function columnUses(facts: FactBase, column: ColumnId): ColumnUses {
  const checks: { name: string; expression: string }[] = [];
  const foreignKeys: string[] = [];
  let isUnique = false;
  for (const { from } of facts.incomingEdges(column)) {
    const fact = facts.get(from);
    const def = fact?.payload.def;
    if (!fact || typeof def !== 'string') continue;
    if (from.kind === 'index') isUnique ||= /^CREATE UNIQUE INDEX/.test(def);
    if (from.kind !== 'constraint' || from.schema !== column.schema || from.table !== column.table) continue;
    const { type } = fact.payload;
    if (type === 'p' || type === 'u' || type === 'x') isUnique = true;
    if (type === 'f') foreignKeys.push(from.name);
    const expression = /^CHECK \((.*)\)(?: NO INHERIT)?(?: NOT VALID)?$/s.exec(def)?.[1];
    if (type === 'c' && expression !== undefined) checks.push({ name: from.name, expression });
  }
  return { isUnique, foreignKeys: [...new Set(foreignKeys)].sort(), checks };
}

/** Whether a new row gets a value for it without being told one. */
export function fillsItself(facts: FactBase, column: Fact): boolean {
  const { identity, generatedExpr } = column.payload;
  if (identity != null || generatedExpr != null) return true;
  return facts.childrenOf(column.id).some(({ id }) => id.kind === 'default');
}
