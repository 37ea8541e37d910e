import { type Comparison, compareHistory, type Journal } from '../../../core/journal';
import { readHistory } from '../database/history';
import type { Session } from '../database/session';
import type { RunContext } from '../run-context';
import { renderStatus } from './render-status';
import { statusRows, statusSummary } from './status-rows';
import { findStoppedMidway } from './stopped-midway';

/** A log is no place for a table of thousands; the last ones are what people look for. */
const SHOWN = 5;

/** Reads the history now and reports where the database stands. */
export async function reportStatus(
  session: Session,
  journal: Journal,
  { settings, reporter, activity }: RunContext,
): Promise<Comparison> {
  const comparison = compareHistory(
    journal.migrations,
    (await readHistory(session, settings.migrations)) ?? [],
  );
  const { stopped } = await findStoppedMidway(session, settings.migrations, journal, comparison);
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
