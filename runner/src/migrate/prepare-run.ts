import type { Migration } from '../../../core/journal';
import { behindSavepoints } from '../database/behind-savepoint';
import { ensureHistory, historyTableText, schemaText, tableMade } from '../database/history';
import { lockSchema, tryLockSchema, withLockedTransaction } from '../database/lock';
import { readStateFacts, type StateFacts, type TableFacts } from '../database/state-facts';
import { together } from '../database/together';
import { ScriptStoreOpening } from '../rollback/script-store';
import { RecordBeginning } from '../runs/record-beginning';
import type { RunPurpose } from '../runs/run-purpose';
import type { UnitContext } from './unit-context';

/** What has been made ready for a run. */
export interface PreparedRun {
  readonly record: RecordBeginning;
  readonly scripts: ScriptStoreOpening;
  readonly history: TableFacts;
  /** The COMMIT of all that, which is still on its way: what is done first waits for it. */
  readonly committing: Promise<void>;
}

/**
 * Makes what a run writes into, in one transaction under the lock: the history, the record of the run and where rollback
 * scripts are stored. The latter two may be refused, see there; without the history there is no run.
 *
 * @param before what was there when the run was planned.
 */
export async function prepareRun(
  context: Omit<UnitContext, 'observer' | 'record' | 'seen'>,
  pending: readonly Migration[],
  purpose: RunPurpose,
  before: StateFacts,
): Promise<PreparedRun> {
  const { session, journal, lock, settings, reporter } = context;
  const { migrations } = settings;
  const scripts = new ScriptStoreOpening(session, context, journal, pending);
  let record = new RecordBeginning(session, context, purpose);
  let committing = Promise.resolve();
  const take = (onTheWay: Promise<void>) => {
    committing = onTheWay;
    committing.catch(() => undefined);
  };
  const isLacking = ({ tables }: StateFacts) =>
    !tables.history || !tables.runs || (scripts.hasScripts && !tables.scripts);
  const makesTables = isLacking(before);
  const write = async (facts: StateFacts) => {
    const { history } = facts.tables;
    const creation = [historyTableText(migrations, journal)];
    if (!facts.hasSchema) creation.unshift(schemaText(migrations.schema));
    const notes = [...(await record.notes(facts)), ...scripts.notes(facts)];
    await together([
      history ? undefined : session.execute(creation.join('; ')),
      behindSavepoints(session, notes),
    ]);
    return history ?? tableMade(journal);
  };
  const look = () =>
    together([
      readStateFacts(session, migrations),
      makesTables ? lockSchema(session, migrations.schema) : undefined,
    ]);
  const make = async (_pid: number, [facts]: readonly [StateFacts, ...unknown[]]) => {
    if (!makesTables && isLacking(facts)) await lockSchema(session, migrations.schema);
    if (facts.tables.history) await ensureHistory(session, migrations, journal, reporter, facts);
    return write(facts);
  };
  const makeAtOnce = async (_pid: number, [isAlone, history]: readonly [boolean, TableFacts]) => {
    if (!isAlone) throw new Error('another history of the schema is being made');
    return history;
  };
  const lookAtOnce = () => together([tryLockSchema(session, migrations.schema), write(before)]);
  // The lock of the session is held, so that nobody has made this history since it was looked for; only who makes another
  // one in the same schema can be in the way, and then all of it is done again, in order.
  const isFirst = !session.pooled && Object.keys(before.tables).length === 0;
  const atOnce = isFirst
    ? await withLockedTransaction(session, lock, makeAtOnce, { look: lookAtOnce, take }).catch(
        () => undefined,
      )
    : undefined;
  // What was refused then, may have been for that reason.
  if (!atOnce) {
    record = new RecordBeginning(session, context, purpose);
    scripts.refusal = undefined;
  }
  const history = atOnce ?? (await withLockedTransaction(session, lock, make, { look, take }));
  return { record, scripts, history, committing };
}
