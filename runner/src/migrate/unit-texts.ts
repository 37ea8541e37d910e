import type { Settings } from '../config/settings';
import { SURROUNDINGS } from '../database/as-ourselves';
import { historyRowOf } from '../database/history-table';
import type { Planned } from '../database/sending-ahead';
import type { Session } from '../database/session';
import { resetOf, restoreOf } from '../database/session-settings';
import { changesSettings } from './deferred-triggers';
import { mayBeContent } from './invalid-index';
import type { PlannedScript, Unit } from './unit';

/**
 * Everything that applying a transactional unit says to the server, up to what its last migration leaves behind. In turn is
 * what an answer decides about, and all of a file that could go on behind a failure, because it has savepoints.
 */
export function* unitTexts(
  { migrations }: Pick<Unit, 'migrations'>,
  session: Pick<Session, 'pooled' | 'known'>,
  { migrations: settings, limits }: Pick<Settings, 'migrations' | 'limits'>,
  isNamed: boolean,
): Generator<Planned> {
  let isInTurn = false;
  for (const [index, planned] of migrations.entries()) {
    const canRecover = hasSavepoint(planned);
    isInTurn ||= canRecover;
    for (const { text } of planned.statements) {
      yield { text, isInTurn };
      const restore = restoreOf(session, limits, text);
      if (restore !== undefined) yield { text: restore, isInTurn };
      isInTurn = canRecover;
    }
    isInTurn ||= changesSettings(planned) || planned.statements.some(mayBeContent);
    if (index < migrations.length - 1) {
      const row = historyRowOf(settings, planned.migration, isNamed);
      yield { text: `${resetOf(session, limits)}; ${row}`, isInTurn };
      isInTurn = false;
    }
  }
  yield { text: SURROUNDINGS, isInTurn };
}

function hasSavepoint({ statements }: PlannedScript): boolean {
  return statements.some(({ kind }) => kind.kind === 'transaction-control');
}
