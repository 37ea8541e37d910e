import { Command } from '../../../core/contract';
import type { Journal } from '../../../core/journal';
import { loadJournal } from '../config/load-journal';
import { withDatabase } from '../database/connect';
import type { Session } from '../database/session';
import { stateFactsQuery } from '../database/state-facts';
import { GateError } from '../errors/gate-error';
import { toGateError } from '../errors/to-gate-error';
import type { DatabaseContext, RunContext } from '../run-context';
import { noteFailure } from '../runs/note-failure';
import { assertNoRefusal, type CheckName, type Finding, refusalsOf, refuse, reportFinding } from './check';
import { checkSession } from './check-session';
import { checkEnvironment } from './checks/environment';

/**
 * Runs every check and reports them all, in the order in which a person would look. It changes nothing: a refusal leaves a
 * record, where there are records already, and success leaves none.
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
  const environment = checkEnvironment(context.settings, journal);
  await checkDatabase(context, journal, report, (session, database) =>
    recordRefusal(session, database, [...findings, ...environment], journal),
  );
  report(environment);

  assertNoRefusal(findings);
  context.reporter.info('preflight_finished', 'pre-flight check passed', { refusals: 0 });
}

async function checkDatabase(
  context: RunContext,
  journal: Journal | GateError,
  report: (found: readonly Finding[]) => void,
  onChecked: (session: Session, context: DatabaseContext) => Promise<void>,
): Promise<void> {
  const { connection, limits, problemsExit } = context.settings;
  if (!connection) {
    report([refuse('connectivity', problemsExit, 'not tried, because the connection is not usable')]);
    return;
  }
  const progress: { check: CheckName } = { check: 'connectivity' };
  try {
    const opening = stateFactsQuery(context.settings.migrations);
    await withDatabase({ ...context, connection, limits, opening }, async (session) => {
      const database = { ...context, connection };
      await checkSession(session, database, journal, report, progress).catch((error: unknown) =>
        report(refusalsOf(error, progress.check)),
      );
      await onChecked(session, database);
    });
  } catch (error) {
    report(refusalsOf(error, progress.check));
  }
}

async function recordRefusal(
  session: Session,
  context: DatabaseContext,
  findings: readonly Finding[],
  journal: Journal | GateError,
): Promise<void> {
  try {
    assertNoRefusal(findings);
  } catch (error) {
    const folder = journal instanceof GateError ? undefined : journal;
    await noteFailure(session, context, { command: Command.PREFLIGHT, journal: folder }, error);
  }
}

function tryLoadJournal({ settings }: RunContext): Journal | GateError {
  try {
    return loadJournal(settings.migrations);
  } catch (error) {
    return toGateError(error);
  }
}
