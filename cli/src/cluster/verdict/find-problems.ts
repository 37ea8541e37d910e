import { readPlace } from '../../../../runner/src/errors/place';
import type { LogEvent } from '../../../../runner/src/report/render-event';
import type { JobResult } from '../follow/job-result';
import { textIn } from './event-fields';
import { failedContainer } from './list-attempts';
import { type Locate, placed } from './locate';
import type { Problem } from './verdict';

const EXIT_CODE = / \(exit code \d+\)$/;

/**
 * Why a Job did not pass: what the cluster did to it, and what the runner of the last attempt said, each refusal of the
 * pre-flight check for itself.
 */
export function findProblems(result: JobResult, locate: Locate): Problem[] {
  if (result.outcome === 'succeeded') return [];
  const problems = problemsOf(result, locate);
  const { afterwards } = result;
  if (afterwards === undefined) return problems;
  return problems.map((problem, index) =>
    index < problems.length - 1
      ? problem
      : { ...problem, remedy: problem.remedy ? `${problem.remedy}; then ${afterwards}` : afterwards },
  );
}

function problemsOf(result: JobResult, locate: Locate): Problem[] {
  const own = runnerProblems(result, locate);
  const { message, remedy } = result;
  if (message === undefined && own.length > 0) return own;
  const isOwn = own.length > 0 && saidByRunner(result).includes(message ?? '');
  return isOwn ? own : [{ message: message ?? 'the Job did not succeed', remedy }, ...own];
}

function runnerProblems(result: JobResult, locate: Locate): Problem[] {
  const run = lastRun(result.events);
  const end = run.at(-1);
  if (end?.exitCode === result.exitCode) {
    const refusals = run.filter(({ event }) => event === 'check_refused');
    return (refusals.length > 0 ? refusals : [end]).map((event) => problemOf(event, locate));
  }
  // The log can be lost with its node; the summary is part of the pod's state.
  const { summary } = failedContainer(result) ?? {};
  if (summary?.exitCode !== result.exitCode || typeof summary.message !== 'string') return [];
  return [problemOf(summary as unknown as LogEvent, locate)];
}

/** What the runner logged from the end before up to its last failure. */
function lastRun(events: readonly LogEvent[]): readonly LogEvent[] {
  const isEnd = ({ event }: LogEvent) => event === 'run_failed' || event === 'run_finished';
  const last = events.findLastIndex(isEnd);
  if (events[last]?.event !== 'run_failed') return [];
  return events.slice(events.slice(0, last).findLastIndex(isEnd) + 1, last + 1);
}

/** In which words the runner itself told the failure. */
function saidByRunner(result: JobResult): unknown[] {
  const end = lastRun(result.events).at(-1);
  return [failedContainer(result)?.summary?.message, end?.message, end?.message.replace(EXIT_CODE, '')];
}

/** An event as a person reads it; its place as it is here. */
export function problemOf(event: LogEvent, locate: Locate): Problem {
  const [detail, remedy] = [textIn(event, 'detail'), textIn(event, 'remedy')];
  const [migration, sqlstate] = [textIn(event, 'migration'), textIn(event, 'sqlstate')];
  return {
    message: event.message.replace(EXIT_CODE, ''),
    ...{ ...(detail && { detail }), ...(remedy && { remedy }) },
    ...{ ...(migration && { migration }), ...(sqlstate && { sqlstate }) },
    ...placed(readPlace(event.place), locate),
  };
}
