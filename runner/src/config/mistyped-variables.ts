import { ENV, type EnvVariable } from '../../../core/contract';
import { closest } from '../errors/closest';
import type { Environment } from './environment';

/** Node's own, which count with `PGSSLROOTCERT=system`. */
const OF_NODE = ['SSL_CERT_FILE', 'SSL_CERT_DIR'];

/** Letters of {@link bare} names. */
const LONG = 12;
const SHORTEST = 8;

/**
 * Variables that are set, but nearly have the name of one of ours that is not: one letter differs, two in a long name,
 * or the underscores, the case or the unit at the end (LOCK_TIMEOUT for LOCK_TIMEOUT_MS). Exact names of ours are never among
 * them, nor a name next to the one that is set itself. What Kubernetes writes for services, libpq's other PG… and POSTGRES_…,
 * NODE_…, npm_… are further away than that.
 */
export function mistypedVariables(env: Environment): { variable: string; meant: string }[] {
  // PATH, HOME and the like, which is all that most environments have besides ours, are too short to be one of them.
  const long = Object.keys(env).filter((variable) => variable.length >= SHORTEST - 1 && env[variable]);
  const foreign = long.filter((variable) => !isOurs(variable));
  if (foreign.length === 0) return [];
  const choices = choicesIn(env);
  const keys = [...choices.keys()];
  return foreign.flatMap((variable) => {
    const found = closest(bare(variable), keys, (name) => (name.length < LONG ? 1 : 2));
    const meant = found === undefined ? undefined : choices.get(found);
    return meant === undefined ? [] : [{ variable, meant }];
  });
}

/**
 * What a person writes and has not written, by what {@link bare} leaves of it. Another name of six letters is mostly
 * another word, and who has no PGUSER is told so.
 */
function choicesIn(env: Environment): Map<string, string> {
  const choices = new Map<string, string>();
  for (const [variable, { file, internal }] of Object.entries(ENV as Record<string, EnvVariable>)) {
    if (internal) continue;
    for (const name of file ? [variable, `${variable}_FILE`] : [variable]) {
      const key = bare(name);
      if (!env[name] && key.length >= SHORTEST && !choices.has(key)) choices.set(key, name);
    }
  }
  return choices;
}

function isOurs(variable: string): boolean {
  if (Object.hasOwn(ENV, variable) || OF_NODE.includes(variable)) return true;
  const of = variable.endsWith('_FILE') ? variable.slice(0, -'_FILE'.length) : '';
  return Object.hasOwn(ENV, of) && (ENV as Record<string, EnvVariable>)[of]?.file === true;
}

/** A name without what is easily forgotten of it. */
function bare(name: string): string {
  return name
    .toUpperCase()
    .replace(/(?:_?(?:MS|SECONDS|MILLISECONDS)|_S|_SECS?)$/, '')
    .replaceAll('_', '');
}
