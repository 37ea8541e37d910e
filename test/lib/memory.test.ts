import { App, Chart, Size } from 'cdk8s';
import { EnvValue } from 'cdk8s-plus-28';
import { MigrationJob, type MigrationJobProps } from '../../lib';
import { containersOf, envOf, minimalJobProps, only } from '../support/synth';

function nodeOptions(props: Partial<MigrationJobProps>) {
  // Not by synthChart: who takes a limit away takes away what it checks.
  const chart = new Chart(new App(), 'test');
  new MigrationJob(chart, 'Migration', { ...minimalJobProps(), ...props });
  return containersOf(only(chart.toJson(), 'Job')).map((container) => envOf(container).NODE_OPTIONS);
}

describe("the heap ends before the container's memory does", () => {
  test('at 60 % of the limit', () => {
    expect(nodeOptions({})).toEqual(['--max-old-space-size=153', '--max-old-space-size=153']);
    const resources = { memory: { limit: Size.gibibytes(1) } };
    expect(nodeOptions({ resources })).toEqual(['--max-old-space-size=614', '--max-old-space-size=614']);
  });

  test('not without a limit', () => {
    const resources = { memory: { request: Size.mebibytes(64) } };
    expect(nodeOptions({ resources })).toEqual([undefined, undefined]);
  });

  test('not for a command of somebody else', () => {
    expect(nodeOptions({ command: { command: ['pnpm', 'db:migrate'] } })).toEqual([
      '--max-old-space-size=153',
      undefined,
    ]);
  });

  test("a team's own options count", () => {
    const env = { NODE_OPTIONS: EnvValue.fromValue('--max-old-space-size=200') };
    expect(nodeOptions({ env })).toEqual(['--max-old-space-size=200', '--max-old-space-size=200']);
  });
});
