import type { HistoryRow } from '../../../core/journal';
import type { MigrationSettings } from '../config/settings';
import { historyTable, readHistoryRows } from '../database/history-table';
import { type Session, withSession } from '../database/session';
import { readStateFacts, stateFactsQuery } from '../database/state-facts';
import { together } from '../database/together';
import type { GateError } from '../errors/gate-error';
import { SqlState } from '../errors/sqlstate';
import { toGateError } from '../errors/to-gate-error';
import type { DatabaseContext } from '../run-context';
import { quoteIdentifier } from '../sql/quote';

/** What one look into the database saw. */
export type Sight =
  /** The rows of the history by id; none where there is no history yet. */
  | { readonly kind: 'history'; readonly rows: readonly HistoryRow[]; readonly migrating: boolean }
  /** It could not be seen now, which may pass. */
  | { readonly kind: 'unseen'; readonly failure: GateError }
  /** The role may not see it, which passes when a migration grants it at its end. */
  | { readonly kind: 'denied'; readonly failure: GateError; readonly migrating: boolean };

/** A table that is being changed is asked for again later: behind its lock, others would queue up with us. */
const LOCK_TIMEOUT_MS = 500;
const STATEMENT_TIMEOUT_MS = 10_000;

/**
 * Looks into the history once, on a connection of its own that is closed again: a hundred replicas that wait hold none.
 * It reads, and that only: no write, no temporary table and no advisory lock.
 *
 * @param limit milliseconds that opening the connection may take.
 * @throws GateError for what waiting does not change: 77 login refused, 78 no history table of Drizzle.
 */
export async function lookAtHistory(context: DatabaseContext, limit: number): Promise<Sight> {
  const { connection, settings, signal } = context;
  let isOpen = false;
  try {
    return await withSession(
      {
        ...{ connection, connectTimeout: Math.min(settings.limits.connectTimeout, limit), signal },
        opening: stateFactsQuery(settings.migrations),
      },
      (session) => {
        isOpen = true;
        return readSight(session, context);
      },
    );
  } catch (error) {
    const failure = isOpen
      ? toGateError(error)
      : (await import('../database/connecting')).connectError(error, connection);
    if (signal.aborted || !mayPass(failure)) throw failure;
    return { kind: 'unseen', failure: locked(failure, settings.migrations) };
  }
}

async function readSight(session: Session, context: DatabaseContext): Promise<Sight> {
  const { migrations } = context.settings;
  const { isLocked: migrating, tables } = await readStateFacts(session, migrations);
  if (!tables.history) return { kind: 'history', rows: [], migrating };
  try {
    const [, rows] = await together([
      session.execute(
        `begin transaction isolation level read committed read only;
         set local lock_timeout = ${LOCK_TIMEOUT_MS}; set local statement_timeout = ${STATEMENT_TIMEOUT_MS}`,
      ),
      readHistoryRows(session, migrations, tables.history.columns),
      // Not left to the end of the connection: a pooler would have to give up its own.
      session.execute('rollback').catch(() => undefined),
    ]);
    return { kind: 'history', rows, migrating };
  } catch (error) {
    const failure = toGateError(error);
    if (failure.sqlstate !== SqlState.INSUFFICIENT_PRIVILEGE) throw error;
    return { kind: 'denied', failure: denied(failure, context), migrating };
  }
}

/** A database that does not exist may be made later, as its schema is. */
function mayPass({ exit, sqlstate = '' }: GateError): boolean {
  if (exit === 'UNAVAILABLE' || exit === 'TRY_AGAIN') return true;
  return sqlstate === SqlState.INVALID_CATALOG_NAME || /^(?:53|57|58|XX)/.test(sqlstate);
}

function locked(failure: GateError, settings: MigrationSettings): GateError {
  if (failure.sqlstate !== SqlState.LOCK_NOT_AVAILABLE) return failure;
  return failure.with({
    message: `${historyTable(settings)} is locked by another session, which changes the table`,
    remedy: 'let it end',
  });
}

function denied(failure: GateError, { connection, settings }: DatabaseContext): GateError {
  const { schema } = settings.migrations;
  const role = quoteIdentifier(connection.user);
  const table = historyTable(settings.migrations);
  return failure.with({
    exit: 'ACCESS',
    message: `the role ${role} may not see the schema version: ${failure.message}`,
    remedy: `let the migration grant it (grantStatusTo of MigrationJob, GRANT_STATUS_TO), or: GRANT USAGE ON SCHEMA ${quoteIdentifier(schema)} TO ${role}; GRANT SELECT ON TABLE ${table} TO ${role}`,
  });
}
