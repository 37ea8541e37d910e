import { behindSavepoints, type Note, refusalIn } from '../database/behind-savepoint';
import { type LockOptions, lockSchema, withLockedTransaction } from '../database/lock';
import type { Session } from '../database/session';
import { resetSession } from '../database/session-settings';
import { readStateFacts, type StateFacts } from '../database/state-facts';
import { stateTable } from '../database/state-tables';
import { withTransaction } from '../database/transaction';
import type { GateError } from '../errors/gate-error';
import { SqlState } from '../errors/sqlstate';
import { toGateError } from '../errors/to-gate-error';
import type { DatabaseContext } from '../run-context';
import { quoteLiteral } from '../sql/quote';
import { forgoRecord, noteFailure } from './note-failure';
import { RecordBeginning } from './record-beginning';
import type { RunPurpose } from './run-purpose';
import { Unfinished } from './unfinished';
import { warnUnrecorded } from './warn-unrecorded';
import type { RecordedMigration, WrittenMigration } from './written-migration';

export type { RecordedMigration } from './written-migration';

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

/** One whose writes can go together with others. */
export interface NotedRecord extends RunRecord {
  /** What {@link RunRecord.add} writes. */
  notes(migrations: readonly RecordedMigration[], isLast?: boolean): readonly Note[];
}

const NOTHING: NotedRecord = { add: async () => undefined, notes: () => [], keep: async () => undefined };

/**
 * Keeps a record of the run in the database while `use` works, and its outcome afterwards. Drizzle's history of 0.x
 * does not say when a migration was applied; this does. Where the server refuses to keep it, whatever its reason (a
 * privilege, an event trigger, a lock), the run goes on with one warning; only a lost connection fails it.
 *
 * A run that is told to end notes that too; one that loses its connection does so over a new one, where that works at
 * once. One that is killed can't: its row stays at `running`. It is over all the same when nobody holds the migration
 * lock, or when a row of the same history began to work later: the lock lets one run work at a time (behind a pooler only
 * while it is in a transaction). The next run that works says so.
 */
export async function withRunRecord<T>(
  session: Session,
  lock: LockOptions,
  context: DatabaseContext,
  purpose: RunPurpose,
  use: (record: NotedRecord) => Promise<T>,
): Promise<T> {
  const { migrations: settings } = context.settings;
  const beginning = new RecordBeginning(session, context, purpose);
  try {
    const begin = async (_pid: number, facts: StateFacts) => {
      if (!facts.tables.runs) await lockSchema(session, settings.schema);
      await behindSavepoints(session, await beginning.notes(facts));
    };
    await withLockedTransaction(session, lock, begin, { look: () => readStateFacts(session, settings) });
  } catch (error) {
    beginning.refusal = refusalIn(error);
  }
  return keepingRecord(session, context, purpose, beginning.refusal, use);
}

/**
 * The rest of {@link withRunRecord}, for whoever begins the record in a transaction of its own.
 *
 * @param refusal why there is none.
 */
export async function keepingRecord<T>(
  session: Session,
  context: DatabaseContext,
  purpose: RunPurpose,
  refusal: GateError | undefined,
  use: (record: NotedRecord) => Promise<T>,
): Promise<T> {
  const unfinished = new Unfinished(purpose.planned ?? []);
  context.activity.follow(unfinished);
  if (refusal) assertNotRequired(refusal, purpose, context);
  try {
    if (refusal) return await use(NOTHING);
    const record = recordOf(session, context, purpose, unfinished);
    const result = await use(record);
    // With the last migration the record has got its end, in the same transaction.
    if (!record.isEnded() || !unfinished.isEmpty) await finish(session, context, unfinished);
    return result;
  } catch (error) {
    // Under the migration lock: whoever gets it next must not take this run for lost.
    if (refusal) forgoRecord(error);
    else await noteFailure(session, context, purpose, error, unfinished);
    throw error;
  }
}

function assertNotRequired(refusal: GateError, purpose: RunPurpose, context: DatabaseContext): void {
  try {
    unrecorded(refusal, purpose, context);
  } catch (required) {
    forgoRecord(required);
    throw required;
  }
}

/** The run's own outcome counts; a record that can't be completed stays at `running`. */
async function finish(
  session: Session,
  { runId, settings }: DatabaseContext,
  { unwritten }: Unfinished,
): Promise<void> {
  const note = (missing: readonly WrittenMigration[]) =>
    withTransaction(session, async () => {
      await resetSession(session, settings.limits);
      await session.query(
        `update ${stateTable(settings.migrations, 'runs')} set migrations = migrations || $2::text::jsonb, ${SUCCEEDED}
          where run_id = $1::uuid and outcome = 'running'`,
        [runId, JSON.stringify(missing)],
      );
    });
  const both = () =>
    note(unwritten).catch(async (refused: unknown) => {
      // What is still locked would only be waited for once more.
      const isLocked = toGateError(refused).sqlstate === SqlState.LOCK_NOT_AVAILABLE;
      if (unwritten.length > 0 && !isLocked) await note([]);
    });
  await session.farewell(both).catch(() => undefined);
}

/** Writes into the transactions of the migrations, which must not fail on it unless the run needs its record. */
function recordOf(
  session: Session,
  context: DatabaseContext,
  purpose: RunPurpose,
  unfinished: Unfinished,
): NotedRecord & { readonly isEnded: () => boolean } {
  const { runId } = context;
  let isEnded = false;
  const table = stateTable(context.settings.migrations, 'runs');
  let isRefused = false;
  const update = (changes: string, onRefused: () => void = () => undefined): Note[] => {
    if (isRefused) {
      onRefused();
      return [];
    }
    const messages = [
      `update ${table} set ${changes} where run_id = ${quoteLiteral(runId)}::pg_catalog.uuid`,
    ];
    const refused = (refusal: GateError) => {
      isRefused = true;
      isEnded = false;
      onRefused();
      unrecorded(refusal, purpose, context);
    };
    return [{ name: 'drizzle_gate_runs', messages, onRefused: refused }];
  };
  const notes: NotedRecord['notes'] = (migrations, isLast = false) => {
    const now = new Date().toISOString();
    const at = purpose.command === 'rollback' ? { undone_at: now } : { applied_at: now };
    const entries: WrittenMigration[] = migrations.map((entry) => ({ ...entry, ...at }));
    const added = quoteLiteral(JSON.stringify(entries));
    isEnded = isLast && !isRefused;
    return update(
      `migrations = migrations || ${added}::pg_catalog.jsonb${isLast ? `, ${SUCCEEDED}` : ''}`,
      () => unfinished.keepRefused(entries),
    );
  };
  return {
    ...{ runId, notes, isEnded: () => isEnded },
    add: (migrations, isLast) => behindSavepoints(session, notes(migrations, isLast)),
    keep: (kept) =>
      behindSavepoints(
        session,
        update(
          `plan = pg_catalog.jsonb_set(plan, '{kept}', coalesce(plan -> 'kept', '[]') || ${quoteLiteral(JSON.stringify([kept]))}::pg_catalog.jsonb)`,
        ),
      ),
  };
}

const SUCCEEDED = "finished_at = pg_catalog.clock_timestamp(), outcome = 'succeeded', exit_code = 0";

/** @throws GateError (77, or what the refusal means) when the run can't do without its record. */
function unrecorded(refusal: GateError, { isRequired }: RunPurpose, context: DatabaseContext): void {
  if (!isRequired) {
    warnUnrecorded(refusal, context);
    return;
  }
  throw refusal.with({
    exit: 'ACCESS',
    message: `this rollback commits more than once, so it must be recorded in the database, and that is refused: ${refusal.message}`,
  });
}
