import type { SecretKeysOptions } from '../../credentials';
import { SslMode } from '../../credentials/ssl-mode';
import {
  CONNECTION,
  type ConnectionPartName,
  plainProblem,
  URL_NAMES_HOST,
  URL_VARIABLE,
} from '../connection-names';
import type { Login } from '../login';
import type { EnvSource } from '../pod-parts';
import { Problems, shown } from '../problems';
import { choiceProblem, dataKeyProblem, objectNameProblem } from '../syntax';

export function urlSecretLogin(secretName: string, key: string): Login {
  const problems = new Problems();
  problems.check('secretName', objectNameProblem(secretName));
  problems.check('key', dataKeyProblem(key));
  problems.throwIfAny();
  return { env: { [URL_VARIABLE]: { secretName, key } }, hostIsFixed: URL_NAMES_HOST };
}

/** @param keys those that the Secret has, where they are known: host, port and database may be missing among them */
export function secretKeysLogin(
  secretName: string,
  options: SecretKeysOptions,
  keys?: readonly string[],
): Login {
  const problems = new Problems();
  problems.check('secretName', objectNameProblem(secretName));
  const env: { [name: string]: EnvSource } = {};
  for (const [part, name] of CONNECTION) {
    const source = keySource(problems, part, name, secretName, options, keys);
    if (source) env[name] = source;
  }
  problems.check('sslMode', choiceProblem(options.sslMode, SslMode));
  if (env.PGUSER && shown(env.PGUSER) === shown(env.PGPASSWORD)) {
    problems.add('passwordKey', 'it is also the key of the user; give two keys');
  }
  problems.throwIfAny();
  if (options.sslMode !== undefined) env.PGSSLMODE = { value: options.sslMode };
  return { env, port: options.port };
}

function keySource(
  problems: Problems,
  part: ConnectionPartName,
  name: string,
  secretName: string,
  options: SecretKeysOptions,
  keys: readonly string[] | undefined,
): EnvSource | undefined {
  const option = `${part}Key` as const;
  const given = options[option];
  const value = part === 'password' ? undefined : options[part];
  if (value !== undefined) {
    problems.check(part, plainProblem(part, value));
    if (given !== undefined) {
      const text = `${shown(given)} would not be read, because ${part} is given; leave one of them out`;
      problems.add(option, text);
    }
    return { value: String(value) };
  }
  const key = given ?? name;
  problems.check(option, dataKeyProblem(key));
  if (keys && !keys.includes(key)) {
    const isNeeded = given !== undefined || part === 'user' || part === 'password';
    if (isNeeded) problems.add(option, missingKey(key, keys));
    return undefined;
  }
  return { secretName, key };
}

export function missingKey(key: string, keys: readonly string[]): string {
  return `the Secret would have no key ${shown(key)}, only ${keys.map(shown).join(', ') || 'none'}; add it, or give the key that holds it`;
}
