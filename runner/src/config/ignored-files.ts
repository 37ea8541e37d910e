import { ENV, type EnvVariable } from '../../../core/contract';
import type { Environment } from './environment';

/** What is wrong with `<NAME>_FILE` of names that are not read from files: somebody believes that it counts. */
export function ignoredFileProblems(env: Environment): string[] {
  const problems: string[] = [];
  for (const name in ENV) {
    const isIgnored = env[`${name}_FILE`] && !(ENV as Record<string, EnvVariable>)[name]?.file;
    if (isIgnored) problems.push(`${name}_FILE is set, but ${name} is not read from a file; set ${name}`);
  }
  return problems;
}
