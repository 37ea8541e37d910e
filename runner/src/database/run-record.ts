import type { Comparison, HistoryRow } from '../../../core/journal';
import { version } from '../../package.json';
import type { MigrationSettings } from '../config/settings';
import type { GateError } from '../errors/gate-error';
import { toGateError } from '../errors/to-gate-error';
import type { DatabaseContext } from '../run-context';
import { quoteLiteral } from '../sql/quote';
import { behindSavepoint, refusalIn } from './behind-savepoint';
import { type LockOptions, withLockedTransaction } from './lock';
import type { Session } from './session';
import { resetSession } from './session-settings';
import { ensureStateTable, requirePrivileges, stateTable, stateTableExists } from './state-tables';
import { withTransaction } from './transaction';

/** A migration that a run applied, or undid. */
export interface RecordedMigration {
  readonly migration: string;
  readonly hash: string;
  readonly duration_ms: number;
  /** Rows that its statements inserted, updated, deleted, merged or copied. */
  readonly rows: number;
}

/** What a run leaves in the database about itself. */
export interface RunRecord {
  /** Absent where the run is not recorded. */
  readonly runId?: string;
  /**
   * Adds what was applied or undone, inside the transaction that does it; with the last of it the run has succeeded.
   */
  add(migrations: readonly RecordedMigration[], isLast?: boolean): Promise<void>;
  /** Notes inside the open transaction what was kept of what is lost. */
  keep(kept: object): Promise<void>;
}

/** What a run is about to do. */
export interface RunPurpose {
  readonly command: 'migrate' | 'rollback';
  readonly plan?: object;
  /** Whether the run needs its record to go on where it stopped; without one it is then refused (77). */
  readonly isRequired?: boolean;
}

const NOTHING: RunRecord = { add: async () => undefined, keep: async () => undefined };

/**
 * Keeps a record of the run in the database while `use` works, and its outcome afterwards. Drizzle's history of 0.x
 * does not say when a migration was applied; this does. Where the server refuses to keep it, whatever its reason (a
 * privilege, an event trigger, a lock), the run goes on with one warning; only a lost connection fails it.
 *
 * A run that is told to end notes that too. One that is killed, or loses its connection, can't: its row stays at
 * `running` without `finished_at`. It is over all the same when nobody holds the migration lock, or when a row of the
 * same history began later: the lock lets one run work at a time (behind a pooler only while it is in a transaction).
 */
export async function withRunRecord<T>(
  session: Session,
  lock: LockOptions,
  context: DatabaseContext,
  purpose: RunPurpose,
  use: (record: RunRecord) => Promise<T>,
): Promise<T> {
  const { runId } = context;
  const { migrations: settings, limits, place } = context.settings;
  try {
    await withLockedTransaction(session, lock, async () => {
      await resetSession(session, limits);
      await ensureStateTable(session, settings, 'runs');
      await requirePrivileges(session, settings, 'runs', ['SELECT', 'INSERT', 'UPDATE']);
      await session.query(
        `insert into ${stateTable(settings, 'runs')}
           (run_id, history_table, command, runner_version, plan, image, job, pod)
         values ($1::uuid, $2, $3, $4, $5::text::jsonb, $6, $7, $8)`,
        [
          ...[runId, settings.table, purpose.command, version],
          purpose.plan ? JSON.stringify(purpose.plan) : null,
          ...[place.image ?? null, place.job ?? null, place.pod ?? null],
        ],
      );
    });
  } catch (error) {
    unrecorded(refusalIn(error), purpose, context);
    return use(NOTHING);
  }
  const finish = async (outcome: string, exitCode: number) => {
    // The run's own outcome counts; a record that can't be completed stays at `running`.
    const note = () =>
      withTransaction(session, async () => {
        await resetSession(session, limits);
        await session.query(
          `update ${stateTable(settings, 'runs')} set finished_at = clock_timestamp(), outcome = $2, exit_code = $3::int
            where run_id = $1::uuid and outcome = 'running'`,
          [runId, outcome, exitCode],
        );
      });
    await session.farewell(note).catch(() => undefined);
  };
  try {
    const result = await use(recordOf(session, runId, purpose, context));
    await finish('succeeded', 0);
    return result;
  } catch (error) {
    await finish('failed', toGateError(error).exitCode);
    throw error;
  }
}

/** Writes into the transactions of the migrations, which must not fail on it unless the run needs its record. */
function recordOf(session: Session, runId: string, purpose: RunPurpose, context: DatabaseContext): RunRecord {
  const table = stateTable(context.settings.migrations, 'runs');
  let isRefused = false;
  const update = async (changes: string) => {
    if (isRefused) return;
    const refusal = await behindSavepoint(session, 'drizzle_gate_runs', [
      `update ${table} set ${changes} where run_id = ${quoteLiteral(runId)}::pg_catalog.uuid`,
    ]);
    if (!refusal) return;
    isRefused = true;
    unrecorded(refusal, purpose, context);
  };
  return {
    runId,
    add: async (migrations, isLast = false) => {
      const at = { [purpose.command === 'rollback' ? 'undone_at' : 'applied_at']: new Date().toISOString() };
      const added = quoteLiteral(JSON.stringify(migrations.map((entry) => ({ ...entry, ...at }))));
      await update(`migrations = migrations || ${added}::pg_catalog.jsonb${isLast ? `, ${SUCCEEDED}` : ''}`);
    },
    keep: (kept) =>
      update(
        `plan = pg_catalog.jsonb_set(plan, '{kept}', coalesce(plan -> 'kept', '[]') || ${quoteLiteral(JSON.stringify([kept]))}::pg_catalog.jsonb)`,
      ),
  };
}

const SUCCEEDED = "finished_at = pg_catalog.clock_timestamp(), outcome = 'succeeded', exit_code = 0";

/** @throws GateError (77, or what the refusal means) when the run can't do without its record. */
function unrecorded(refusal: GateError, { isRequired }: RunPurpose, { reporter }: DatabaseContext): void {
  const { message, remedy } = refusal;
  if (isRequired) {
    throw refusal.with({
      exit: 'ACCESS',
      message: `this rollback commits more than once, so it must be recorded in the database, and that is refused: ${message}`,
    });
  }
  reporter.warn('run_record_unavailable', `this run is not recorded in the database: ${message}`, { remedy });
}

/**
 * When the edited ones of a comparison were applied, as far as runs were recorded: by the hash that the history has.
 * Nothing is asked where nothing was edited.
 */
export async function readApplicationTimes(
  session: Session,
  settings: MigrationSettings,
  { edited }: Pick<Comparison, 'edited'>,
): Promise<(row: Pick<HistoryRow, 'hash'>) => string | undefined> {
  if (edited.length === 0 || !(await stateTableExists(session, settings, 'runs'))) return () => undefined;
  const rows = await session
    .query<{ hash: string; at: string }>(
      `select m ->> 'hash' as hash, m ->> 'applied_at' as at
         from ${stateTable(settings, 'runs')}, jsonb_array_elements(migrations) as m
        where history_table = $1 and m ? 'applied_at' order by started_at`,
      [settings.table],
    )
    .catch((error: unknown) => {
      // A role that only reads the history need not be allowed to read this.
      if (toGateError(error).exit === 'ACCESS') return [];
      throw error;
    });
  const times = new Map(rows.map(({ hash, at }) => [hash, at]));
  return ({ hash }) => times.get(hash);
}
