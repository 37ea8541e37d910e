import type { Attempt, ContainerResult, JobResult } from '../follow/job-result';
import type { AttemptOutcome } from './verdict';

/** The pods of a Job, each with the container that tells how it ended. */
export function listAttempts({ attempts }: JobResult): AttemptOutcome[] {
  return attempts.map((attempt) => {
    const container = decisive(attempt);
    return {
      ...{ pod: attempt.pod, node: attempt.node, startedAt: attempt.startedAt },
      ...{ container: container?.name, exitCode: container?.exitCode },
      reason: attempt.disruption ?? container?.reason,
      ...(runIdIn(container?.summary) && { runId: runIdIn(container?.summary) }),
    };
  });
}

/** Id of the last run, as its container left it or its log tells it. */
export function lastRunId({ attempts, events }: JobResult): string | undefined {
  const last = attempts.at(-1);
  return (
    runIdIn(last && decisive(last)?.summary) ??
    runIdIn(events.findLast((event) => runIdIn(event) !== undefined))
  );
}

function runIdIn(fields: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const id = fields?.run_id;
  return typeof id === 'string' ? id : undefined;
}

/** The container by which the last attempt failed. */
export function failedContainer({ attempts }: JobResult): ContainerResult | undefined {
  const last = attempts.at(-1);
  const container = last && decisive(last);
  return container?.exitCode === 0 ? undefined : container;
}

function decisive({ containers }: Attempt): ContainerResult | undefined {
  const failed = ({ exitCode }: ContainerResult) => exitCode !== undefined && exitCode !== 0;
  return containers.find(failed) ?? containers.findLast(({ startedAt }) => startedAt !== undefined);
}
