import { requireConnection } from '../config/settings';
import { withDatabase } from '../database/connect';
import type { Arguments } from '../parse-arguments';
import type { RunContext, RunSummary } from '../run-context';
import { readRuns } from '../runs/read-runs';
import { renderRuns } from '../runs/render-runs';

/** Shows what runs did to this database, the newest first. It needs no migrations folder. */
export async function historyCommand(
  context: RunContext,
  { json }: Pick<Arguments, 'json'>,
): Promise<RunSummary> {
  const { settings, reporter } = context;
  const database = { ...context, connection: requireConnection(settings), limits: settings.limits };
  const runs = await withDatabase(database, (session) => readRuns(session, settings.migrations));
  if (json) reporter.outputJson({ runs });
  else reporter.output(renderRuns(runs));
  return { runs: runs.length };
}
