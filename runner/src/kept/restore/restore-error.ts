import type { GateError } from '../../errors/gate-error';
import { keepError } from '../../rollback/keep/keep-error';

/** Why rows did not come back. @param tables names for the message. */
export function restoreError(error: unknown, tables: string, schema: string): GateError {
  return keepError(error, `the rows of ${tables} can not be put back`, {
    access: 'connect as the owner of the tables, or grant its role to this one',
    hidden:
      'row-level security hides rows from this role: connect as a role with BYPASSRLS, or run ALTER TABLE … NO FORCE ROW LEVEL SECURITY for the time',
    other: `correct what stands in the way and run again, or take what you need out of schema ${schema} with SQL; the copies stay`,
  });
}
