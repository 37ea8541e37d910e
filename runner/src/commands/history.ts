import { requireConnection } from '../config/settings';
import { withDatabase } from '../database/connect';
import { GateError } from '../errors/gate-error';
import type { Arguments } from '../parse-arguments';
import type { RunContext, RunSummary } from '../run-context';
import { boundedRuns, type HistoryDocument } from '../runs/history-document';
import { readRuns } from '../runs/read-runs';
import type { RecordedRun } from '../runs/recorded-run';
import { renderRun } from '../runs/render-run';
import { renderRuns } from '../runs/render-runs';

/** Shows what runs did to this database, the newest first, or one of them in full. It needs no migrations folder. */
export async function historyCommand(
  context: RunContext,
  { json, limit, run: id }: Pick<Arguments, 'json' | 'limit' | 'run'>,
): Promise<RunSummary> {
  if (limit !== undefined && id !== undefined)
    throw new GateError('USAGE', '--limit and --run exclude each other');
  const { settings, reporter } = context;
  const database = { ...context, connection: requireConnection(settings), limits: settings.limits };
  const wanted = { id, ...(limit !== undefined && { limit }) };
  const runs = await withDatabase(database, (session) => readRuns(session, settings.migrations, wanted));
  if (id !== undefined) assertOne(runs, id);
  const [first] = runs;
  if (json) {
    const { host, port, database: name } = database.connection;
    const document: HistoryDocument = {
      database: { host, port, name },
      runs: id === undefined ? boundedRuns(runs) : runs,
    };
    reporter.outputJson(document);
  } else {
    // Undefined where it is no terminal, and 0 on some.
    const columns = process.stdout.columns || undefined;
    reporter.output(id !== undefined && first ? renderRun(first, columns) : renderRuns(runs, limit, columns));
  }
  return { runs: runs.length };
}

/** @throws GateError (64) unless the id means one run. */
function assertOne(found: readonly RecordedRun[], id: string): void {
  if (found.length === 1) return;
  if (found.length === 0) {
    throw new GateError(
      'USAGE',
      `--run is ${JSON.stringify(id)}, but no run of this history has an id that begins so`,
      {
        remedy: 'look the id up with history; what was not recorded is in the log of its pod',
      },
    );
  }
  throw new GateError('USAGE', `--run is ${JSON.stringify(id)}, with which several ids begin`, {
    detail: found.map((run) => run.id).join('\n'),
    remedy: 'give more of the id',
  });
}
