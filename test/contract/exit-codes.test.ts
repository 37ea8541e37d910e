import { EXIT, finalExitCodes } from '../../core/contract';
import { MigrationJob, RollbackJob } from '../../lib';
import { containersOf, jobSpec, minimalJobProps, only, synthChart } from '../support/synth';

interface Rule {
  readonly action: string;
  readonly onExitCodes?: {
    readonly containerName: string;
    readonly operator: string;
    readonly values: number[];
  };
}

const jobs = [
  only(
    synthChart((chart) => new MigrationJob(chart, 'Migration', minimalJobProps())),
    'Job',
  ),
  only(
    synthChart((chart) => new RollbackJob(chart, 'Rollback', { ...minimalJobProps(), target: 'empty' })),
    'Job',
  ),
];

/**
 * What the Job does after an exit code of a container, as Kubernetes reads the policy: the first rule that
 * matches decides.
 */
function actionAfter(rules: readonly Rule[], container: string, code: number): string {
  if (code === 0) return 'complete';
  const rule = rules.find(
    ({ onExitCodes }) => onExitCodes?.containerName === container && onExitCodes.values.includes(code),
  );
  return rule?.action === 'FailJob' ? 'fail' : 'retry';
}

describe.each(jobs.map((job) => [job.metadata.labels?.['app.kubernetes.io/name'], job] as const))(
  '%s',
  (_name, job) => {
    const { rules } = jobSpec(job).podFailurePolicy as { rules: Rule[] };
    const containers = containersOf(job).map(({ name }) => name);

    test.each(Object.values(EXIT).filter((row) => row.job !== 'none'))(
      'exit code $code: the Job does `$job`',
      (row) => {
        for (const container of containers) expect(actionAfter(rules, container, row.code)).toBe(row.job);
      },
    );

    test('codes of the command line alone are bound to no container', () => {
      const outside: number[] = Object.values(EXIT)
        .filter((row) => row.job === 'none')
        .map((row) => row.code);
      for (const { onExitCodes } of rules) {
        expect(onExitCodes?.values.filter((code) => outside.includes(code)) ?? []).toEqual([]);
      }
    });

    test('every rule names a container of the pod, and no more values than Kubernetes takes, sorted and once', () => {
      for (const { onExitCodes } of rules.slice(1)) {
        expect(containers).toContain(onExitCodes?.containerName);
        expect(onExitCodes?.operator).toBe('In');
        expect(onExitCodes?.values).toEqual(finalExitCodes());
        expect(onExitCodes?.values).toEqual([...new Set(onExitCodes?.values)].sort((a, b) => a - b));
        expect(onExitCodes?.values.length).toBeLessThanOrEqual(255);
        expect(onExitCodes?.values).not.toContain(0);
      }
    });

    test('a disrupted pod counts as no attempt, before any exit code is looked at', () => {
      expect(rules[0]).toEqual({
        action: 'Ignore',
        onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }],
      });
    });
  },
);

test('exit codes differ, and stay clear of those of Node, shells and signals', () => {
  const codes: number[] = Object.values(EXIT).map((row) => row.code);
  expect(new Set(codes).size).toBe(codes.length);
  for (const code of codes) expect(code === 0 || code === 130 || (code >= 64 && code < 126)).toBe(true);
});
