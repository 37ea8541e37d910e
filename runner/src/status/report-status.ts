import type { Comparison, Journal } from '../../../core/journal';
import type { Session } from '../database/session';
import { type Look, look } from '../migrate/first-look';
import type { RunContext } from '../run-context';
import { renderStatus } from './render-status';
import { statusRows, statusSummary } from './status-rows';
import { stoppedIn } from './stopped-midway';

/** A log is no place for a table of thousands; the last ones are what people look for. */
const SHOWN = 5;

/**
 * Reports where the database stands.
 *
 * @param known what was seen last; it is read now where nothing is known.
 */
export async function reportStatus(
  session: Session,
  journal: Journal,
  { settings, reporter, activity }: RunContext,
  known?: Look,
): Promise<Comparison> {
  const { state, comparison } = known ?? (await look(session, journal, { settings }));
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
