import { compareHistory } from '../../../core/journal';
import { readHistory } from '../database/history';
import { GateError } from '../errors/gate-error';
import type { RunContext } from '../run-context';
import { renderStatus } from '../status/render-status';
import { statusRows, statusSummary } from '../status/status-rows';
import { withJournal } from './with-journal';

export interface StatusOptions {
  readonly json: boolean;
  /** Whether anything but "all applied" is a failure (81). */
  readonly check: boolean;
}

export async function statusCommand(
  context: RunContext,
  { json, check }: StatusOptions,
): Promise<Record<string, unknown>> {
  const { comparison, rows } = await withJournal(context, async (session, journal, { settings }) => {
    const history = (await readHistory(session, settings.migrations)) ?? [];
    const compared = compareHistory(journal.migrations, history);
    return { comparison: compared, rows: statusRows(journal, compared) };
  });
  const summary = statusSummary(comparison);
  context.reporter.output(
    json ? JSON.stringify({ summary, migrations: rows }, undefined, 2) : `${renderStatus(rows)}\n${summary}`,
  );
  const open = rows.filter(({ state }) => state !== 'applied');
  if (check && open.length > 0) {
    throw new GateError('MISMATCH', `not everything is applied: ${summary}`, {
      remedy: 'migrate, or deploy the release that belongs to this database',
    });
  }
  return { summary };
}
