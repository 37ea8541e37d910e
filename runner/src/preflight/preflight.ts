import type { Journal } from '../../../core/journal';
import { loadJournal } from '../config/load-journal';
import { withDatabase } from '../database/connect';
import type { GateError } from '../errors/gate-error';
import { toGateError } from '../errors/to-gate-error';
import type { RunContext } from '../run-context';
import { assertNoRefusal, type CheckName, type Finding, refusalsOf, refuse, reportFinding } from './check';
import { checkSession } from './check-session';
import { checkEnvironment } from './checks/environment';

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

  assertNoRefusal(findings);
  context.reporter.info('preflight_finished', 'pre-flight check passed', { refusals: 0 });
}

async function checkDatabase(
  context: RunContext,
  journal: Journal | GateError,
  report: (found: readonly Finding[]) => void,
): Promise<void> {
  const { connection, limits, problemsExit } = context.settings;
  if (!connection) {
    report([refuse('connectivity', problemsExit, 'not tried, because the connection is not usable')]);
    return;
  }
  const progress: { check: CheckName } = { check: 'connectivity' };
  try {
    await withDatabase({ ...context, connection, limits }, (session) =>
      checkSession(session, { ...context, connection }, journal, report, progress),
    );
  } catch (error) {
    report(refusalsOf(error, progress.check));
  }
}

function tryLoadJournal({ settings }: RunContext): Journal | GateError {
  try {
    return loadJournal(settings.migrations);
  } catch (error) {
    return toGateError(error);
  }
}
