import { type Comparison, compareHistory, type Journal } from '../../../core/journal';
import type { Session } from '../database/session';
import { readState, type State } from '../database/state';
import type { RunContext } from '../run-context';
import { renderStatus } from './render-status';
import { statusRows, statusSummary } from './status-rows';
import { stoppedIn } from './stopped-midway';

/** A log is no place for a table of thousands; the last ones are what people look for. */
const SHOWN = 5;

/**
 * Reports where the database stands.
 *
 * @param known what was read last; it is read now where nothing is known.
 */
export async function reportStatus(
  session: Session,
  journal: Journal,
  { settings, reporter, activity }: RunContext,
  known?: State,
): Promise<Comparison> {
  const state = known ?? (await readState(session, settings.migrations));
  const comparison = compareHistory(journal.migrations, state.rows ?? []);
  const stopped = await stoppedIn(state.progress, journal, comparison, session);
  const rows = statusRows(journal, comparison, stopped);
  const shown = rows.slice(-SHOWN);
  activity.happened({
    ...({ kind: 'schema', applied: comparison.applied.length, pending: comparison.pending.length } as const),
    last: comparison.applied.at(-1)?.migration.tag,
  });
  reporter.info('history_status', statusSummary(comparison, stopped), {
    applied: comparison.applied.length,
    pending: comparison.pending.map(({ tag }) => tag),
    ...(stopped.length > 0 && { stopped_midway: stopped.map(({ tag }) => tag) }),
    detail: `${rows.length > shown.length ? `the last ${SHOWN} of ${rows.length}:\n` : ''}${renderStatus(shown)}`,
  });
  return comparison;
}
