import { compareHistory } from '../../../../core/journal';
import { behindSavepoint } from '../../database/behind-savepoint';
import { historyTable, readHistory } from '../../database/history';
import { clearProgress, rollbackTag } from '../../database/progress';
import { stateTableExists } from '../../database/state-tables';
import { storeMessages } from '../../database/stored-scripts';
import { GateError } from '../../errors/gate-error';
import { plural } from '../../report/plural';
import type { RollbackMember } from '../member';
import type { UndoContext } from './undo-context';

/**
 * Takes migrations out of the history inside the open transaction, with duplicate rows of them and everything that is
 * noted of their progress, and with the scripts that were stored for them.
 *
 * @throws GateError (70) when a row stays, so that nothing is committed.
 */
export async function forgetMigrations(
  members: readonly RollbackMember[],
  { session, journal, settings }: Pick<UndoContext, 'session' | 'journal' | 'settings'>,
): Promise<void> {
  const { migrations } = settings;
  const rows = (await readHistory(session, migrations)) ?? [];
  const undone = new Set(members.flatMap(({ migration }) => (migration ? [migration] : [])));
  const duplicates = compareHistory(journal.migrations, rows).duplicate.filter(({ migration }) =>
    undone.has(migration),
  );
  const ids = [...members.map(({ row }) => row.id), ...duplicates.map(({ id }) => id)];
  const gone = await session.query(
    `delete from ${historyTable(migrations)} where id = any (string_to_array($1, ',')::int[]) returning id`,
    [ids.join(',')],
  );
  if (gone.length < ids.length) {
    throw new GateError(
      'INTERNAL',
      `${plural(ids.length - gone.length, 'row')} of the history could not be removed`,
      { remedy: 'look for a trigger, a rule or a row-level policy on the history table' },
    );
  }
  await forgetScripts(members, { session, settings });
  for (const { tag } of members) {
    await clearProgress(session, migrations, { tag });
    await clearProgress(session, migrations, { tag: rollbackTag(tag) });
  }
}

/** What is applied again gets the script that it has then, so one that can't be removed does no harm. */
async function forgetScripts(
  members: readonly RollbackMember[],
  { session, settings }: Pick<UndoContext, 'session' | 'settings'>,
): Promise<void> {
  const { migrations } = settings;
  if (!(await stateTableExists(session, migrations, 'scripts'))) return;
  const tags = members.map(({ tag }) => tag);
  await behindSavepoint(session, 'drizzle_gate_scripts', storeMessages(migrations, tags, [], undefined));
}
