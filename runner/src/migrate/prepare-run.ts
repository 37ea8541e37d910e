import type { Migration } from '../../../core/journal';
import { behindSavepoints } from '../database/behind-savepoint';
import { ensureHistory, historyTableText, schemaText, tableMade } from '../database/history';
import { lockSchema, withLockedTransaction } from '../database/lock';
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
  const record = new RecordBeginning(session, context, purpose);
  const scripts = new ScriptStoreOpening(session, context, journal, pending);
  const isLacking = ({ tables }: StateFacts) =>
    !tables.history || !tables.runs || (scripts.hasScripts && !tables.scripts);
  const makesTables = isLacking(before);
  const look = () =>
    together([
      readStateFacts(session, migrations),
      makesTables ? lockSchema(session, migrations.schema) : undefined,
    ]);
  const make = async (_pid: number, [facts]: readonly [StateFacts, ...unknown[]]) => {
    const { history } = facts.tables;
    if (!makesTables && isLacking(facts)) await lockSchema(session, migrations.schema);
    if (history) await ensureHistory(session, migrations, journal, reporter, facts);
    const creation = [historyTableText(migrations, journal)];
    if (!facts.hasSchema) creation.unshift(schemaText(migrations.schema));
    const notes = [...(await record.notes(facts)), ...scripts.notes(facts)];
    await together([
      history ? undefined : session.execute(creation.join('; ')),
      behindSavepoints(session, notes),
    ]);
    return history ?? tableMade(journal);
  };
  let committing = Promise.resolve();
  const take = (onTheWay: Promise<void>) => {
    committing = onTheWay;
    committing.catch(() => undefined);
  };
  const history = await withLockedTransaction(session, lock, make, { look, take });
  return { record, scripts, history, committing };
}
