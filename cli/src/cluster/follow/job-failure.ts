import { EXIT } from '../../../../core/contract';
import type { LogEvent } from '../../../../runner/src/report/render-event';
import { failedContainer, ownExitCode, terminationOf } from './containers';
import { clusterCause } from './failure-cause';
import type { JobEnd } from './job-end';
import type { ObservedJob } from './observed-job';
import { summaryOf } from './summary-of';

export interface JobFailure {
  readonly exitCode: number;
  readonly message: string;
  readonly remedy?: string | undefined;
}

/** As the Job's controller says it when a rule of the failure policy ended the Job. */
const CODE_IN_WORDS = /\bfailed with exit code (\d+)\b/;

/** The exit code that a condition of a Job tells; undefined when it tells none. */
export function exitCodeInWords(message: string | undefined): number | undefined {
  const code = CODE_IN_WORDS.exec(message ?? '')?.[1];
  return code === undefined ? undefined : Number(code);
}

/** What is told of a Job that failed: why the cluster stopped it, else the runner's own words, else what the condition says. */
export function jobFailure(observed: ObservedJob, end: JobEnd, events: readonly LogEvent[]): JobFailure {
  const { job, pods, target } = observed;
  const pod = pods.at(-1)?.pod;
  const container = pod && failedContainer(pod, job);
  const own = (container && ownExitCode(container)) ?? exitCodeInWords(end.message);
  const exitCode = own ?? EXIT.CLUSTER_REFUSED.code;
  const subject = `job ${target.namespace}/${target.name}`;
  const cause = clusterCause(observed, end);
  const left = summaryOf(terminationOf(container?.status)?.message);
  const where = whereStopped(left);
  if (cause) return { exitCode, message: `${subject}: ${cause.message}${where}`, remedy: cause.remedy };
  const summary = where === '' ? (left ?? lastFailure(events, own)) : undefined;
  if (typeof summary?.message === 'string') {
    const remedy = typeof summary.remedy === 'string' ? summary.remedy : undefined;
    return { exitCode, message: summary.message, remedy };
  }
  const words = [end.reason, end.message].filter(Boolean).join(': ');
  const ended =
    container && own !== undefined ? `container ${container.name} ended with exit code ${own}` : '';
  return {
    exitCode,
    message: `${subject} failed: ${[`${ended}${where}`, words].filter(Boolean).join('; ')}`,
    remedy: 'look for the reason in the log above',
  };
}

/** Where a run was that did not live to say how it ended. */
function whereStopped(summary: Readonly<Record<string, unknown>> | undefined): string {
  const { outcome, message } = summary ?? {};
  if (outcome !== 'running' || typeof message !== 'string') return '';
  return `; ${message.charAt(0).toLowerCase()}${message.slice(1)}`;
}

/** What the runner logged last when it gave up with a code. */
function lastFailure(events: readonly LogEvent[], exitCode: number | undefined): LogEvent | undefined {
  return events.findLast((event) => event.event === 'run_failed' && event.exitCode === exitCode);
}
