import { type Comparison, compareHistory } from '../../../core/journal';
import { readState } from '../database/state';
import { GateErrors } from '../errors/gate-error';
import { historyProblems, historyWarnings } from '../migrate/assert-comparison';
import { historiesElsewhere, warnOfHistories } from '../migrate/other-history';
import type { RunContext, RunSummary } from '../run-context';
import { readApplicationTimes } from '../runs/application-times';
import { halfUndoneProblems } from '../status/half-undone';
import { midwayProblems } from '../status/midway-problems';
import { renderStatus } from '../status/render-status';
import { statusRows, statusSummary } from '../status/status-rows';
import { type FoundMidway, stoppedIn } from '../status/stopped-midway';
import { withJournal } from './with-journal';

export interface StatusOptions {
  readonly json: boolean;
  /** Whether it is a failure (81) that something is pending, or that `migrate` would refuse the history. */
  readonly check: boolean;
}

export async function statusCommand(
  context: RunContext,
  { json, check }: StatusOptions,
): Promise<RunSummary> {
  const { comparison, found, rows, appliedAt } = await withJournal(
    context,
    async (session, journal, { settings }) => {
      const { rows, progress } = await readState(session, settings.migrations);
      const compared = compareHistory(journal.migrations, rows ?? []);
      const midway = {
        readable: progress.readable,
        stopped: await stoppedIn(progress, journal, compared, session),
      };
      if (!rows) {
        warnOfHistories(await historiesElsewhere(session, settings.migrations, journal), context.reporter);
      }
      return {
        comparison: compared,
        found: midway,
        rows: statusRows(journal, compared, midway.stopped),
        appliedAt: await readApplicationTimes(session, settings.migrations, compared),
      };
    },
  );
  const summary = statusSummary(comparison, found.stopped);
  if (json) context.reporter.outputJson({ summary, migrations: rows });
  else context.reporter.output(`${renderStatus(rows)}\n${summary}`);
  const rules = context.settings.history;
  for (const { event, message, migration } of historyWarnings(comparison, rules, appliedAt)) {
    if (event === 'history_warning') context.reporter.warn(event, message, { migration });
  }
  reportMidway(found, comparison, context);
  if (!check) return { summary };
  const problems = [
    ...halfUndoneProblems(found.stopped).map(({ message, remedy }) => `${message}; ${remedy}`),
    ...historyProblems(comparison, rules, appliedAt),
  ];
  if (comparison.pending.length > 0) {
    problems.unshift(
      `not everything is applied: ${summary}; migrate, or deploy the release that belongs here`,
    );
  }
  if (problems.length > 0) throw new GateErrors('MISMATCH', problems);
  return { summary };
}

/** Says what stands in the way of going on with what stopped midway, and whether that can be seen at all. */
function reportMidway(
  { readable, stopped }: FoundMidway,
  { pending }: Comparison,
  { reporter }: RunContext,
): void {
  if (!readable && pending.length > 0) {
    reporter.warn(
      'history_warning',
      'whether a pending migration stopped midway can not be seen: this role may not read the progress',
    );
  }
  for (const each of stopped) {
    for (const { message, remedy } of midwayProblems(each)) {
      reporter.warn('history_warning', message, { migration: each.tag, remedy });
    }
  }
}
