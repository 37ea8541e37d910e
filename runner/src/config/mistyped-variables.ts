import { ENV, type EnvVariable } from '../../../core/contract';
import { closest } from '../errors/closest';
import type { Environment } from './environment';

const VARIABLES = Object.entries(ENV as Record<string, EnvVariable>);
const NAMES = VARIABLES.flatMap(([name, { file }]) => (file ? [name, `${name}_FILE`] : [name]));
/** Node's own, which count with `PGSSLROOTCERT=system`. */
const OF_NODE = ['SSL_CERT_FILE', 'SSL_CERT_DIR'];
const ALL = new Set([...NAMES, ...OF_NODE]);
/** What a person writes. Another name of six letters is mostly another word, and who has no PGUSER is told so. */
const MEANT = NAMES.filter((name) => !isInternal(name) && bare(name).length >= 8);

/** Letters. */
const LONG = 12;

/**
 * Variables that are set, but nearly have the name of one of ours that is not: one letter differs, two in a long name,
 * or the underscores, the case or the unit at the end (LOCK_TIMEOUT for LOCK_TIMEOUT_MS). Exact names of ours are never among
 * them, nor a name next to the one that is set itself. What Kubernetes writes for services, libpq's other PG… and POSTGRES_…,
 * NODE_…, npm_… are further away than that.
 */
export function mistypedVariables(env: Environment): { variable: string; meant: string }[] {
  const choices = MEANT.filter((name) => !env[name]);
  return Object.keys(env).flatMap((variable) => {
    if (!env[variable] || ALL.has(variable)) return [];
    const found = closest(bare(variable), choices.map(bare), (name) => (name.length < LONG ? 1 : 2));
    const meant = choices.find((name) => bare(name) === found);
    return meant === undefined ? [] : [{ variable, meant }];
  });
}

/** A name without what is easily forgotten of it. */
function bare(name: string): string {
  return name
    .toUpperCase()
    .replace(/(?:_?(?:MS|SECONDS|MILLISECONDS)|_S|_SECS?)$/, '')
    .replaceAll('_', '');
}

function isInternal(name: string): boolean {
  return VARIABLES.some(([known, { internal }]) => known === name && internal);
}
