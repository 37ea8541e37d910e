import type { Constraint } from 'libpg-query';
import type { ExpectedObject } from './expected-object';
import { partsOfAll } from './names';

/** A constraint as it is written: behind its column, or by itself. */
export interface WrittenConstraint {
  readonly constraint: Constraint;
  readonly column?: ExpectedObject;
}

/**
 * PostgreSQL makes one key of several on the same columns, when one definition has them: the primary key if there is
 * one, with the first name that was given to any.
 */
export function mergeKeys(written: readonly WrittenConstraint[]): WrittenConstraint[] {
  const merged = new Map<string, WrittenConstraint>();
  const keys = written.filter(isKey);
  for (const each of [...keys.filter(isPrimary), ...keys.filter((key) => !isPrimary(key))]) {
    const text = keyText(each);
    const first = merged.get(text);
    const conname = first?.constraint.conname ?? each.constraint.conname;
    const kept = first ?? each;
    merged.set(text, {
      ...kept,
      constraint: { ...kept.constraint, ...(conname !== undefined && { conname }) },
    });
  }
  return [...merged.values(), ...written.filter((each) => !isKey(each))];
}

function isPrimary({ constraint }: WrittenConstraint): boolean {
  return constraint.contype === 'CONSTR_PRIMARY';
}

function isKey(written: WrittenConstraint): boolean {
  return isPrimary(written) || written.constraint.contype === 'CONSTR_UNIQUE';
}

/** What must be alike for two keys to be one. */
function keyText({ constraint, column }: WrittenConstraint): string {
  const { keys, including, deferrable, initdeferred, nulls_not_distinct } = constraint;
  return JSON.stringify([
    keys ? partsOfAll(keys) : [column?.name],
    partsOfAll(including),
    ...[deferrable, initdeferred, nulls_not_distinct].map(Boolean),
  ]);
}
