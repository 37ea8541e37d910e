import { Command } from '../../../core/contract';
import { requireConnection } from '../config/settings';
import { withDatabase } from '../database/connect';
import { resetSession } from '../database/session-settings';
import { withTransaction } from '../database/transaction';
import { GateError } from '../errors/gate-error';
import { readKept } from '../kept/kept-index';
import { removeKept } from '../kept/remove-kept';
import { keptDocument, renderKept } from '../kept/render-kept';
import { restoreKept } from '../kept/restore/restore-kept';
import { withinLockBudget } from '../observe/within-lock-budget';
import type { Arguments } from '../parse-arguments';
import type { RunContext, RunSummary } from '../run-context';
import { recordingFailure } from '../runs/recording-failure';

const ABOUT = { command: Command.ROLLBACK_KEPT };

/** Shows what rollbacks have kept, puts it back, or removes it. It needs no migrations folder. */
export async function rollbackKeptCommand(
  context: RunContext,
  { json, restore, remove }: Pick<Arguments, 'json' | 'restore' | 'remove'>,
): Promise<RunSummary> {
  if (restore !== undefined && remove !== undefined) {
    throw new GateError('USAGE', '--restore and --remove exclude each other', {
      remedy: 'restore, look at the tables, and remove then',
    });
  }
  const { settings, reporter } = context;
  const database = { ...context, connection: requireConnection(settings) };
  return withDatabase({ ...database, limits: settings.limits }, async (session) => {
    if (restore !== undefined) {
      const restored = await recordingFailure(session, database, ABOUT, () =>
        restoreKept(session, restore, database),
      );
      if (json) reporter.outputJson({ restored });
      return { restored: restored.schema };
    }
    if (remove !== undefined) {
      const { name } = await recordingFailure(session, database, ABOUT, () =>
        removeKept(session, remove, database),
      );
      if (json) reporter.outputJson({ removed: name });
      return { removed: name };
    }
    const kept = await withTransaction(session, async () => {
      await resetSession(session, settings.limits);
      return withinLockBudget(session, database, 'what is kept can not be read', () => readKept(session));
    });
    if (json) reporter.outputJson(keptDocument(kept));
    else reporter.output(renderKept(kept));
    return { kept: kept.schemas.length };
  });
}
