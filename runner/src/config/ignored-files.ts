import { ENV, type EnvVariable } from '../../../core/contract';
import type { Environment } from './environment';

/** What is wrong with `<NAME>_FILE` of names that are not read from files: somebody believes that it counts. */
export function ignoredFileProblems(env: Environment): string[] {
  return Object.entries(ENV as Record<string, EnvVariable>).flatMap(([name, { file }]) =>
    file || !env[`${name}_FILE`]
      ? []
      : [`${name}_FILE is set, but ${name} is not read from a file; set ${name}`],
  );
}
