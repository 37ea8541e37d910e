import { EXIT } from '../../../../core/contract';
import type { GateError } from '../../../../runner/src/errors/gate-error';
import type { LogEvent } from '../../../../runner/src/report/render-event';
import { attemptsOf } from './attempts';
import type { JobEnd } from './job-end';
import { jobFailure } from './job-failure';
import type { JobResult, Stuck } from './job-result';
import { isoOf } from './moments';
import type { ObservedJob } from './observed-job';
import { deleteCommand, followCommand } from './stuck-remedies';

/** Why following ended. */
export type Ending =
  | { readonly how: 'ended'; readonly end: JobEnd }
  | { readonly how: 'stuck'; readonly stuck: Stuck }
  | { readonly how: 'timeout'; readonly milliseconds: number }
  | { readonly how: 'interrupted' }
  | { readonly how: 'lost'; readonly error: GateError };

type Verdict = Pick<
  JobResult,
  'outcome' | 'exitCode' | 'message' | 'remedy' | 'reason' | 'finishedAt' | 'stuck'
>;

/** What became of a Job, from everything that was seen of it. */
export function jobResultOf(observed: ObservedJob, ending: Ending, events: readonly LogEvent[]): JobResult {
  const { job, target } = observed;
  return {
    namespace: target.namespace,
    job: target.name,
    uid: target.uid,
    image: job?.spec?.template.spec?.containers.at(-1)?.image ?? '',
    startedAt: isoOf(job?.status?.startTime),
    attempts: attemptsOf(observed),
    events,
    ...verdictOf(observed, ending, events),
  };
}

function verdictOf(observed: ObservedJob, ending: Ending, events: readonly LogEvent[]): Verdict {
  const { target } = observed;
  const subject = `job ${target.namespace}/${target.name}`;
  switch (ending.how) {
    case 'ended':
      return verdictOfEnd(observed, ending.end, events);
    case 'stuck':
      return {
        outcome: 'stuck',
        exitCode: EXIT.CLUSTER_REFUSED.code,
        message: ending.stuck.message,
        remedy: ending.stuck.remedy,
        stuck: ending.stuck,
      };
    case 'timeout':
      return {
        outcome: 'still running',
        exitCode: EXIT.STILL_RUNNING.code,
        message: `${subject} has not ended within ${Math.round(ending.milliseconds / 1000)} s and still runs`,
        remedy: `go on with: ${followCommand(target)}; or stop it: ${deleteCommand(target)}`,
      };
    case 'interrupted':
      return {
        outcome: 'interrupted',
        exitCode: EXIT.INTERRUPTED.code,
        message: `following was interrupted; ${subject} still runs`,
        remedy: `go on with: ${followCommand(target)}; or stop it: ${deleteCommand(target)}`,
      };
    case 'lost':
      return {
        outcome: 'lost',
        exitCode: ending.error.exitCode,
        message: `${subject} could not be followed any more: ${ending.error.message}`,
        remedy: `${ending.error.remedy ? `${ending.error.remedy}; ` : ''}go on with: ${followCommand(target)}`,
      };
  }
}

function verdictOfEnd(observed: ObservedJob, end: JobEnd, events: readonly LogEvent[]): Verdict {
  const { outcome, reason, finishedAt } = end;
  const subject = `job ${observed.target.namespace}/${observed.target.name}`;
  if (outcome === 'succeeded') {
    return { outcome, exitCode: EXIT.OK.code, message: `${subject} succeeded`, reason, finishedAt };
  }
  if (outcome === 'failed') {
    return { outcome, reason, finishedAt, ...jobFailure(observed, end, events) };
  }
  return {
    outcome,
    exitCode: EXIT.CLUSTER_REFUSED.code,
    message: `${subject} was deleted before it ended; what it had not committed is rolled back`,
    remedy: 'deploy again; a migration that was stopped midway goes on',
  };
}
