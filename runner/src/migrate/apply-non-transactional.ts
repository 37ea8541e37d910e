import { executeStatement, type ScriptOrigin } from '../database/execute-statement';
import { addHistoryRow } from '../database/history';
import { clearProgress, ensureProgress, readProgress, writeProgress } from '../database/progress';
import type { Session } from '../database/session';
import { resetSession } from '../database/session-settings';
import { withTransaction } from '../database/transaction';
import { GateError } from '../errors/gate-error';
import { toGateError } from '../errors/to-gate-error';
import type { DatabaseContext } from '../run-context';
import { removeInvalidIndex } from './invalid-index';
import type { PlannedMigration, PlannedStatement } from './plan-units';

/**
 * Applies a migration that PostgreSQL won't run in a transaction, statement by statement. Each statement that can,
 * commits together with its progress row; the others are noted as started first. A rerun goes on where this one
 * stopped.
 *
 * @throws GateError (86) when it stops midway; (82) when nothing of it was begun.
 */
export async function applyNonTransactional(
  session: Session,
  { migration, statements }: PlannedMigration,
  context: DatabaseContext,
): Promise<void> {
  const { migrations: settings, limits } = context.settings;
  await ensureProgress(session, settings);
  const progress = await readProgress(session, settings, migration);
  let begun = progress.size > 0;
  await resetSession(session, limits, 'session');
  const origin = { file: `${migration.tag}.sql`, script: migration.sql, migration: migration.tag };
  for (const statement of statements) {
    const state = progress.get(statement.number);
    if (state === 'done') {
      context.reporter.info(
        'statement_resumed',
        `${migration.tag}: statement ${statement.number} was done before`,
        {
          migration: migration.tag,
          statement: statement.number,
        },
      );
      continue;
    }
    const note = (to: 'started' | 'done') =>
      writeProgress(session, settings, migration, statement.number, to);
    try {
      if (statement.kind.kind === 'non-transactional') {
        await note('started');
        begun = true;
        await runAlone(session, statement, origin, state === 'started', limits.lockTimeout);
        await note('done');
      } else {
        await withTransaction(session, async () => {
          await executeStatement(session, statement, origin);
          await note('done');
        });
        begun = true;
      }
    } catch (error) {
      throw begun ? halfway(toGateError(error)) : error;
    }
  }
  await resetSession(session, limits, 'session');
  await withTransaction(session, async () => {
    await addHistoryRow(session, settings, migration);
    await clearProgress(session, settings, migration);
  });
}

async function runAlone(
  session: Session,
  statement: PlannedStatement,
  origin: ScriptOrigin,
  repeated: boolean,
  lockTimeout: number,
): Promise<void> {
  const { kind } = statement;
  if (kind.kind === 'non-transactional' && kind.index) {
    // Also on the first try: IF NOT EXISTS would be content with the invalid index of somebody else's attempt.
    if ((await removeInvalidIndex(session, kind.index)) === 'valid' && repeated) return;
  }
  // A concurrent build that is cut off by lock_timeout leaves an invalid index behind, and blocks nobody while it waits.
  await session.execute('set lock_timeout = 0');
  await executeStatement(session, statement, origin);
  await session.execute(`set lock_timeout = ${lockTimeout}`);
}

function halfway(failure: GateError): GateError {
  if (failure.exit !== 'MIGRATION_FAILED' && failure.exit !== 'TRY_AGAIN') return failure;
  return new GateError('HALFWAY', failure.message, {
    detail: failure.detail,
    remedy: `${failure.remedy ?? 'correct the cause'}; the statements before it are kept, and the next run goes on here`,
    migration: failure.migration,
    sqlstate: failure.sqlstate,
    cause: failure.cause,
  });
}
