import type { Comparison, Journal } from '../../../core/journal';
import type { Session } from '../database/session';
import type { State } from '../database/state';
import { type Look, look } from '../migrate/first-look';
import type { RunContext } from '../run-context';
import { renderStatus } from './render-status';
import { statusRows, statusSummary } from './status-rows';
import type { StoppedMidway } from './stopped-midway';

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
  const stopped = await stoppedMidway(session, journal, state, comparison);
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

/** Nearly always there is nothing of it to read. */
async function stoppedMidway(
  session: Session,
  journal: Journal,
  { progress }: State,
  comparison: Comparison,
): Promise<StoppedMidway[]> {
  if (progress.byTag.size === 0) return [];
  const { stoppedIn } = await import('./stopped-midway');
  return stoppedIn(progress, journal, comparison, session);
}
