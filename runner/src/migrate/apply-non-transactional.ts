import { executeStatement, type ScriptOrigin } from '../database/execute-statement';
import { addHistoryRow } from '../database/history';
import {
  clearProgress,
  ensureProgress,
  forgetStatement,
  readProgress,
  writeProgress,
} from '../database/progress';
import type { Session } from '../database/session';
import { resetSession } from '../database/session-settings';
import { withTransaction } from '../database/transaction';
import { GateError } from '../errors/gate-error';
import { SqlState } from '../errors/sqlstate';
import { toGateError } from '../errors/to-gate-error';
import type { DatabaseContext } from '../run-context';
import { removeInvalidIndex } from './invalid-index';
import type { PlannedMigration, PlannedStatement } from './plan-units';

/** What changes only the session: it is gone with it, so a rerun must say it again. */
const SETTING = /^(?:set|reset)\b|^select\s+(?:pg_catalog\s*\.\s*)?set_config\s*\(/i;

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
    const note = async (to: 'started' | 'done') => {
      // The migration may have changed its role, who need not be allowed to write here.
      await session.execute('set local role to default');
      await writeProgress(session, settings, migration, statement.number, to);
    };
    try {
      if (SETTING.test(statement.text)) {
        await executeStatement(session, statement, origin);
      } else if (statement.kind.kind === 'non-transactional') {
        await withTransaction(session, () => note('started'));
        try {
          await runAlone(session, statement, origin, state === 'started', limits.lockTimeout);
        } catch (error) {
          const untouched = state !== 'started' && wasRefused(error);
          if (untouched) await forgetStatement(session, settings, migration, statement.number);
          begun ||= !untouched;
          throw error;
        }
        begun = true;
        await withTransaction(session, () => note('done'));
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
  try {
    await executeStatement(session, statement, origin);
  } catch (error) {
    // The first try dropped it and was cut off before its note.
    const gone = repeated && kind.kind === 'non-transactional' && kind.what === 'DROP INDEX CONCURRENTLY';
    if (!gone || toGateError(error).sqlstate !== SqlState.UNDEFINED_OBJECT) throw error;
  }
  await session.execute(`set lock_timeout = ${lockTimeout}`);
}

/**
 * Whether the server refused the statement at once, for an object that was there or was not there. Then its note must
 * go, or the next run would take that for its own work; any other failure can leave an invalid index behind.
 */
function wasRefused(error: unknown): boolean {
  const { sqlstate } = toGateError(error);
  return sqlstate === SqlState.DUPLICATE_TABLE || sqlstate === SqlState.UNDEFINED_OBJECT;
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
