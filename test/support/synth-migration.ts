import type { ChartProps } from 'cdk8s';
import { DatabaseMigration, type DatabaseMigrationProps } from '../../lib';
import {
  containersOf,
  envOf,
  type KubeObject,
  minimalEndpoint,
  minimalJobProps,
  only,
  synthChart,
} from './synth';

/** Objects of a DatabaseMigration with the required props, and these. */
export function synthMigration(props: Partial<DatabaseMigrationProps>, chart: ChartProps = {}): KubeObject[] {
  const all = { ...minimalJobProps(), endpoint: minimalEndpoint(), ...props };
  return synthChart((scope) => new DatabaseMigration(scope, 'Db', all), chart);
}

/** The plain variables of a Job's runner that match, which must be the same in both of its containers. */
export function runnerEnv(objects: readonly KubeObject[], pattern: RegExp) {
  const runners = containersOf(only(objects, 'Job')).filter((container) => !('restartPolicy' in container));
  const [init, main] = runners.map((container) =>
    Object.fromEntries(Object.entries(envOf(container)).filter(([name]) => pattern.test(name))),
  );
  expect(init).toEqual(main);
  return init;
}

/** The variables that name a file of the login. */
export function loginFiles(objects: readonly KubeObject[]) {
  return runnerEnv(objects, /^(PG|DATABASE).*_FILE$/);
}
