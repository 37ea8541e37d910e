import { finalExitCodes } from '../../core/contract';

/**
 * Ends the Job at once after an exit code that no retry can mend; every other code is retried within
 * backoffLimit. A pod that was evicted or drained counts as no attempt: that rule comes first, because the
 * first match decides.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-failure-policy
 */
export function failurePolicy(containerNames: readonly string[]): unknown {
  return {
    rules: [
      { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
      ...containerNames.map((containerName) => ({
        action: 'FailJob',
        onExitCodes: { containerName, operator: 'In', values: finalExitCodes() },
      })),
    ],
  };
}
