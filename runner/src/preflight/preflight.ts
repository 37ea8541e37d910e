import { EXIT, type ExitName } from '../../../core/contract';
import type { Journal } from '../../../core/journal';
import { loadJournal } from '../config/load-journal';
import { withDatabase } from '../database/connect';
import { readHistory } from '../database/history';
import { GateError, GateErrors } from '../errors/gate-error';
import { toGateError } from '../errors/to-gate-error';
import type { RunContext } from '../run-context';
import { type CheckName, type Finding, refuse, reportFinding } from './check';
import { checkAppliedMigrations } from './checks/applied-migrations';
import { checkConnectivity } from './checks/connectivity';
import { checkEnvironment } from './checks/environment';
import { checkTrackingTable } from './checks/tracking-table';

/**
 * Runs every check and reports them all, in the order in which a person would look; it changes nothing.
 *
 * @throws GateError with the code of the refusals, when there is one.
 */
export async function preflight(context: RunContext): Promise<void> {
  const journal = tryLoadJournal(context);
  const findings: Finding[] = [];
  const report = (found: readonly Finding[]) => {
    for (const finding of found) reportFinding(finding, context.reporter);
    findings.push(...found);
  };
  await checkDatabase(context, journal, report);
  report(checkEnvironment(context.settings, journal));

  const refusals = findings.filter((finding) => finding.outcome === 'refuse');
  if (refusals.length === 0) {
    context.reporter.info('preflight_finished', 'pre-flight check passed', { refusals: 0 });
    return;
  }
  throw new GateErrors(
    exitOf(refusals),
    refusals.map(({ check, message, remedy }) => `${check}: ${message}${remedy ? `; ${remedy}` : ''}`),
    'correct what was refused and run again',
  );
}

async function checkDatabase(
  context: RunContext,
  journal: Journal | GateError,
  report: (found: readonly Finding[]) => void,
): Promise<void> {
  const { connection, limits, migrations } = context.settings;
  if (!connection) {
    report([refuse('connectivity', 'CONFIG', 'not tried, because the connection is not usable')]);
    return;
  }
  let current: CheckName = 'connectivity';
  try {
    await withDatabase({ ...context, connection, limits }, async (session) => {
      report(await checkConnectivity(session, connection));
      current = 'tracking table';
      const history = await readHistory(session, migrations);
      report(await checkTrackingTable(session, migrations, history));
      current = 'applied migrations';
      if (!(journal instanceof GateError)) report(await checkAppliedMigrations(journal, history));
    });
  } catch (error) {
    const failure = toGateError(error);
    const { exit, message, remedy, detail } = failure;
    report(
      failure instanceof GateErrors
        ? failure.problems.map((problem) => refuse(current, exit, problem, { remedy }))
        : [refuse(current, exit, message, { remedy, detail })],
    );
  }
}

function tryLoadJournal({ settings }: RunContext): Journal | GateError {
  try {
    return loadJournal(settings.migrations);
  } catch (error) {
    return toGateError(error);
  }
}

/** The code that says most: one that no retry can change comes before one that may pass by itself. */
function exitOf(refusals: readonly Finding[]): ExitName {
  const exits = refusals.map(({ exit }) => exit ?? 'PREFLIGHT');
  const final = exits.filter((exit) => EXIT[exit].job === 'fail');
  return final[0] ?? exits[0] ?? 'PREFLIGHT';
}
