import type { FailurePolicyRule } from './manifest';

/**
 * What the Job controller does with a pod of which a container ended with this code: the first rule that matches
 * decides, and without one the failure counts against backoffLimit.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-failure-policy
 */
export function decideFailure(
  rules: readonly FailurePolicyRule[],
  container: string,
  exitCode: number,
): FailurePolicyRule['action'] {
  const matching = rules.find(({ onExitCodes }) => {
    if (!onExitCodes) return false;
    const { containerName, operator, values } = onExitCodes;
    if (containerName !== undefined && containerName !== container) return false;
    return operator === 'In' ? values.includes(exitCode) : !values.includes(exitCode);
  });
  return matching?.action ?? 'Count';
}
