import type { FactBase } from '@supabase/pg-delta/core';
import type { Action } from '@supabase/pg-delta/plan';
import { describe } from './fact-names';
import { type Step, step } from './step';

/** What pg-delta writes in the place of an option that can be a password. */
const REDACTED = /__(?:OPTION|CONN)_[A-Z0-9_]+__/;

/** What the new enum does not have was looked for before. */
const PUTS_NEW_ENUM = / TYPE .* USING .*::text(?:\[\])?::/;

/** Says before a destructive statement what goes with it, and of a statement outside a transaction that it is one. */
export function noteLoss(
  sql: string,
  { destroys, produces, transactionality, dataLoss }: Action,
  from: FactBase,
  to: FactBase,
): Step {
  const notes: string[] = [];
  const [made] = produces;
  const indexed = made?.kind === 'index' ? to.get(made)?.parent : undefined;
  if (indexed && from.has(indexed) && sql.startsWith('CREATE')) {
    notes.push(
      `Writes to ${describe(indexed)} wait until the index is built, so that all stays one transaction.`,
    );
  }
  const [lost] = destroys;
  if (lost?.kind === 'table' && from.has(lost))
    notes.push(`DESTRUCTIVE: drops ${describe(lost)} with its rows.`);
  else if (lost?.kind === 'column') notes.push(`DESTRUCTIVE: drops ${describe(lost)} with its values.`);
  else if (lost?.kind === 'sequence') notes.push(`DESTRUCTIVE: drops ${describe(lost)} with its position.`);
  else if (lost?.kind === 'typeAttribute') {
    notes.push(`DESTRUCTIVE: drops ${describe(lost)} with its values, in every row that has the type.`);
  } else if (lost?.kind === 'extension') {
    notes.push(
      `DESTRUCTIVE: drops ${describe(lost)} with everything that it made. Where it was there before the`,
    );
    notes.push('migration (CREATE EXTENSION IF NOT EXISTS), take this line away.');
  } else if (dataLoss === 'destructive' && !PUTS_NEW_ENUM.test(sql)) {
    notes.push('DESTRUCTIVE: values may change.');
  }
  if (REDACTED.test(sql))
    notes.push('MANUAL: fill in the options that are not shown, because they can be secrets.');
  if (transactionality === 'nonTransactional') notes.push("NON-TRANSACTIONAL: can't run in a transaction.");
  return step(sql, ...notes);
}
