import type { PlainConnectionParts } from '../credentials';
import type { EnvSource } from './pod-parts';
import { type Problems, shown } from './problems';
import { hostProblem, portProblem } from './syntax';

/** The parts of a connection, each with the variable that the runner reads it from. */
export const CONNECTION = [
  ['host', 'PGHOST'],
  ['port', 'PGPORT'],
  ['database', 'PGDATABASE'],
  ['user', 'PGUSER'],
  ['password', 'PGPASSWORD'],
] as const;

export type ConnectionPartName = (typeof CONNECTION)[number][0];

export const URL_VARIABLE = 'DATABASE_URL';

/** What a URL means for an endpoint that would name the host as well. */
export const URL_NAMES_HOST = 'stands beside credentials whose URL names the host; leave one of them out';

/** The variables of the parts that stand in the manifest; faults go to `problems`. */
export function plainEnv(problems: Problems, parts: PlainConnectionParts): { [name: string]: EnvSource } {
  const env: { [name: string]: EnvSource } = {};
  for (const [part, name] of CONNECTION) {
    const value = part === 'password' ? undefined : parts[part];
    if (value === undefined) continue;
    problems.check(part, plainProblem(part, value));
    env[name] = { value: String(value) };
  }
  return env;
}

/** Beside a URL nothing else is read, so that what was given would be lost. */
export function refuseBesideUrl(problems: Problems, given: { readonly [option: string]: unknown }): void {
  for (const [option, value] of Object.entries(given)) {
    if (value !== undefined) {
      problems.add(option, `${shown(value)} stands beside a whole URL; leave one of them out`);
    }
  }
}

/** @param value of a part that the manifest names */
export function plainProblem(part: ConnectionPartName, value: string | number): string | undefined {
  if (part === 'port') return portProblem(value as number);
  if (String(value).trim() === '') return `${shown(value)} is empty; give it, or leave it out`;
  return part === 'host' ? hostProblem(String(value)) : undefined;
}
