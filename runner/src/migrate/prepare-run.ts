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
}

/**
 * Makes what a run writes into, in one transaction under the lock: the history, the record of the run and where rollback
 * scripts are stored. The latter two may be refused, see there; without the history there is no run.
 */
export async function prepareRun(
  context: Omit<UnitContext, 'observer' | 'record' | 'seen'>,
  pending: readonly Migration[],
  purpose: RunPurpose,
): Promise<PreparedRun> {
  const { session, journal, lock, settings, reporter } = context;
  const { migrations } = settings;
  const record = new RecordBeginning(session, context, purpose);
  const scripts = new ScriptStoreOpening(session, context, journal, pending);
  const make = async (_pid: number, facts: StateFacts) => {
    const { history, runs, scripts: stored } = facts.tables;
    if (!history || !runs || (scripts.hasScripts && !stored)) await lockSchema(session, migrations.schema);
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
  const history = await withLockedTransaction(session, lock, make, {
    look: () => readStateFacts(session, migrations),
  });
  return { record, scripts, history };
}
