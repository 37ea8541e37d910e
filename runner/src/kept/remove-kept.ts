import { lockOptions, withLockedTransaction } from '../database/lock';
import type { Session } from '../database/session';
import { GateError } from '../errors/gate-error';
import { isServerError } from '../errors/server-error';
import { withinLockBudget } from '../observe/within-lock-budget';
import { plural } from '../report/plural';
import { keepError } from '../rollback/keep/keep-error';
import type { DatabaseContext } from '../run-context';
import { recordChange } from '../runs/record-change';
import { quoteIdentifier } from '../sql/quote';
import { findExactly } from './find-kept';
import { type KeptSchema, readKept } from './kept-index';
import { KEPT_INDEX, keptName } from './kept-schema';

const DEPENDENT_OBJECTS = '2BP01';

/**
 * Removes a schema of copies for good: the copies that its index names, and nothing that anybody else has put there or
 * built on them.
 *
 * @throws GateError (78) unless the name is exactly that of such a schema, or when something else depends on it.
 */
export async function removeKept(
  session: Session,
  wanted: string,
  context: DatabaseContext,
): Promise<KeptSchema> {
  const { reporter } = context;
  const lock = lockOptions(context);
  const kept = await withLockedTransaction(session, lock, async () => {
    const found = findExactly(
      await withinLockBudget(session, context, 'what is kept can not be read', () => readKept(session)),
      wanted,
    );
    const copies = found.copies.filter(({ bytes }) => bytes !== undefined).map(({ copy }) => copy);
    const tables = [...copies, KEPT_INDEX].map((name) => keptName(found.name, name));
    const drop = `drop table ${tables.join(', ')}; drop schema ${quoteIdentifier(found.name)}`;
    const refusal = `${found.name} can not be removed, so nothing was changed`;
    await withinLockBudget(session, context, refusal, () =>
      session.execute(drop).catch((error: unknown) => {
        throw removeError(error, found.name);
      }),
    );
    const plan = { action: 'removed', schema: found.name, rows: rowsOf(found) };
    await recordChange(session, context, { command: 'rollback-kept', plan });
    return found;
  });
  const rows = rowsOf(kept);
  reporter.info('kept_removed', `removed ${kept.name} with ${plural(rows, 'row')} for good`, {
    schema: kept.name,
    rows,
  });
  return kept;
}

function rowsOf({ copies }: KeptSchema): number {
  return copies.reduce((sum, copy) => sum + copy.rows, 0);
}

function removeError(error: unknown, schema: string): GateError {
  if (!isServerError(error) || error.code !== DEPENDENT_OBJECTS) {
    return keepError(error, `${schema} can not be removed`, {
      access: 'connect as the role that rolled back',
    });
  }
  return new GateError(
    'CONFIG',
    `${schema} can not be removed, so nothing was changed: something that the rollback did not make is in it or depends on it`,
    { detail: error.detail, remedy: 'drop that first, each by name', sqlstate: error.code, cause: error },
  );
}
