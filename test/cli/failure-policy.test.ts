import { decideFailure } from '../../cli/src/rehearse/failure-policy';
import type { FailurePolicyRule } from '../../cli/src/rehearse/manifest';

const rule = (
  action: FailurePolicyRule['action'],
  operator: 'In' | 'NotIn',
  values: number[],
  containerName?: string,
): FailurePolicyRule => ({ action, onExitCodes: { operator, values, containerName } });
const disruption = {
  action: 'Ignore',
  onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }],
} as FailurePolicyRule;

describe('decideFailure', () => {
  test.each<[string, FailurePolicyRule[], number, FailurePolicyRule['action']]>([
    ['no rule: counts', [], 78, 'Count'],
    ['In with the code', [rule('FailJob', 'In', [77, 78])], 78, 'FailJob'],
    ['In without the code: counts', [rule('FailJob', 'In', [77, 78])], 69, 'Count'],
    ['NotIn with the code: counts', [rule('FailJob', 'NotIn', [69, 75])], 69, 'Count'],
    ['NotIn without the code', [rule('FailJob', 'NotIn', [69, 75])], 82, 'FailJob'],
    ['the container by its name', [rule('FailJob', 'In', [78], 'migrate')], 78, 'FailJob'],
    ['another container: counts', [rule('FailJob', 'In', [78], 'pre-flight-check')], 78, 'Count'],
    ['a pod condition decides nothing here', [disruption], 78, 'Count'],
    ['a pod condition does not hide the next rule', [disruption, rule('FailJob', 'In', [78])], 78, 'FailJob'],
    ['the first match wins', [rule('Ignore', 'In', [78]), rule('FailJob', 'In', [78])], 78, 'Ignore'],
    [
      'a rule that does not match is passed',
      [rule('Ignore', 'In', [1]), rule('FailJob', 'In', [78])],
      78,
      'FailJob',
    ],
  ])('%s', (_name, rules, exitCode, expected) => {
    expect(decideFailure(rules, 'migrate', exitCode)).toBe(expected);
  });
});
